"""A starter configuration: the packaged one, commented as it is, and the folders that it names."""

from __future__ import annotations

from pathlib import Path

from feeds.config.files import defaults_dir
from feeds.errors import UsageError

DUMPS = "dumps"
"""The folder that a starter configuration reads."""


def write_starter(folder: Path) -> tuple[Path, Path]:
    """Write `config/feeds.toml` below a folder and make a folder for dumps; says where both are.

    Raises UsageError, and changes nothing, if there is a configuration already or something cannot be written.
    """
    file, dumps = folder / "config" / "feeds.toml", folder / DUMPS
    packaged = (defaults_dir() / "feeds.toml").read_text(encoding="utf-8")
    text = packaged.replace('path = "seeds"', f'path = "{DUMPS}"')
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(text)
        dumps.mkdir(exist_ok=True)
    except FileExistsError:
        raise UsageError(f"{file}: is there already and has been left as it is; name another folder") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}; name a folder of yours") from error
    return file, dumps
