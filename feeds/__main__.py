"""`python -m feeds` and the command `feeds`."""

import sys

try:
    from feeds.cli import main
except KeyboardInterrupt:  # so early that there is nothing to say yet
    sys.exit(130)

if __name__ == "__main__":
    main()
