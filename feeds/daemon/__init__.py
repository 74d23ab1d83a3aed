"""`feeds run`: watches the sources, takes dumps in, keeps `out/` fresh and serves it, and survives what happens.

What happens walks through these rooms: `watching` hears of changes and leaves `hints`, `looking` finds the files
that they mean, `settling` tells which are complete, `turns` has `feeds.build` take them in, one turn at a time.
`schedule` adds what is due by the clock, as `triggers` tell, `lifecycle` starts, reloads and drains. `metrics`, `logs`,
`conditions` and `notify` say what is going on.
"""

from feeds.daemon.lifecycle import Options, run

__all__ = ["Options", "run"]
