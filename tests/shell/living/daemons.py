"""A daemon in a process of its own, with everything that one can see of it from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Condition, Event, Thread
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from simulator.crawler import simulate
from simulator.settings import EXACT

ROOT = Path(__file__).parents[3]
SEEDS = ROOT / "seeds"
PATIENCE = 60.0
"""Seconds after which what was waited for will not come."""
QUIET = 0.2


def until(met: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until the condition is met. Raises AssertionError, with what was waited for, if it never is."""
    deadline = time.monotonic() + patience
    pause = Event()
    while not met():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        pause.wait(0.02)


@dataclass
class Site:
    """A folder with a configuration, an inbox, a store and `out/`."""

    folder: Path
    daemon: str = ""
    """More of the configuration's [daemon] table."""
    environment: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.inbox.mkdir(parents=True, exist_ok=True)
        self.configure()

    @property
    def inbox(self) -> Path:
        """Where dumps arrive."""
        return self.folder / "inbox"

    @property
    def out(self) -> Path:
        """What is published."""
        return self.folder / "out"

    @property
    def store(self) -> Path:
        """The store's file."""
        return self.folder / "feeds.sqlite"

    @property
    def config(self) -> Path:
        """The configuration's file."""
        return self.folder / "feeds.toml"

    def configure(self, top: str = "", daemon: str | None = None) -> None:
        """Write the configuration: keys for its top, and for its [daemon] table."""
        daemon = self.daemon if daemon is None else daemon
        source = '[[sources]]\npath = "inbox"\nsite = "zeelandnet"\n'
        quiet = "" if "quiet" in daemon else f"quiet = {QUIET}\n"
        self.config.write_text(f"{top}\n{source}[daemon]\n{quiet}{daemon}\n", "utf-8")

    def command(self, *words: str) -> list[str]:
        """A command line of `feeds`."""
        return [sys.executable, "-m", "feeds", *words, "--config", str(self.config)]

    def env(self) -> dict[str, str]:
        """The environment of every command here."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FEEDS_")}
        return {**kept, "PYTHONPATH": str(ROOT), **self.environment}

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `feeds` to its end."""
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, env=self.env(), cwd=self.folder, check=False
        )

    def clean(self) -> dict[str, bytes]:
        """What one clean build of the same inbox publishes."""
        folder = self.folder / "clean"
        there = ["--out", str(folder / "out"), "--store", f"sqlite:///{folder}/feeds.sqlite"]
        done = self.run("build", *there)
        assert done.returncode in {0, 1}, done.stderr
        return tree(folder / "out")

    def started(self, *words: str) -> Daemon:
        """A daemon that is ready."""
        daemon = Daemon(self, words)
        daemon.said("ready")
        return daemon


class Daemon:
    """`feeds run` in a process of its own. Its log is read as it is written."""

    def __init__(self, site: Site, words: tuple[str, ...] = ()) -> None:
        self.site = site
        self.process = subprocess.Popen(
            site.command("run", "--listen", "127.0.0.1:0", *words),
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env=site.env(),
            cwd=site.folder,
        )
        self.log: list[dict[str, Any]] = []
        self.noise: list[str] = []
        self._news = Condition()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()
        self._reader.join()
        if self.process.stderr is not None:
            self.process.stderr.close()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with self._news:
                try:
                    self.log.append(json.loads(line))
                except ValueError:
                    self.noise.append(line)
                self._news.notify_all()

    def said(self, event: str, count: int = 1, **fields: object) -> dict[str, Any]:
        """Wait until the log has so many lines of this event, with these fields; the last of them."""

        def found() -> list[dict[str, Any]]:
            return [line for line in self.log if line["event"] == event and fields.items() <= line.items()]

        with self._news:
            met = self._news.wait_for(
                lambda: len(found()) >= count or (self.process.poll() is not None and not self._reader.is_alive()),
                PATIENCE,
            )
            assert met, f"waited in vain for {event!r}; {self.tail()}"
            assert len(found()) >= count, f"ended before it said {event!r}; {self.tail()}"
            return found()[count - 1]

    def tail(self) -> str:
        """The end of the log, for a message."""
        return f"{self.log[-8:]} {''.join(self.noise[-20:])}"

    @property
    def address(self) -> str:
        """Where it serves."""
        return str(self.said("serving")["address"])

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a document."""
        try:
            with urlopen(f"{self.address}{path}", timeout=PATIENCE) as answer:
                return answer.status, answer.read()
        except HTTPError as error:
            with error:
                return error.code, error.read()

    def metric(self, name: str) -> float:
        """The value of a metric, by its name and labels; 0 of one that was never counted."""
        lines = self.get("/metrics")[1].decode().splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.rpartition(" ")[0] == name), 0.0)

    def is_idle(self) -> bool:
        """Whether nothing is pending."""
        try:
            return self.metric("feeds_pending_dumps") == 0 and self.metric("feeds_pending_documents") == 0
        except URLError:
            return False

    def settled(self, dumps: int) -> None:
        """Wait until so many dumps were taken in and nothing is pending."""
        until(lambda: self.metric('feeds_dumps_total{outcome="new"}') >= dumps, f"{dumps} dumps; {self.tail()}")
        until(self.is_idle, f"nothing pending; {self.tail()}")

    def health(self) -> dict[str, Any]:
        """What `/healthz` says."""
        status, body = self.get("/healthz")
        assert status == 200
        found = json.loads(body)
        assert isinstance(found, dict)
        return found

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes; another look if one of them goes meanwhile."""
    while True:
        with suppress(FileNotFoundError):
            paths = (path for path in folder.rglob("*") if path.is_file())
            return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@cache
def portal(size: int) -> tuple[tuple[str, str], ...]:
    """So many pages of a portal in the order of their capture: names as web archives write them, and texts.

    No two are equal, and none was cut off before its first letter. Portals of two sizes are two portals.
    """
    running = simulate(replace(EXACT, seed=77, pages=size + size // 10 + 10))
    found: dict[str, str] = {}
    for place, page in enumerate(running):
        found.setdefault(page.text, f"{page.captured:%Y%m%d%H%M%S}-{place:06}.txt")
    return tuple(islice(((name, text) for text, name in found.items() if text.strip()), size))


def fill(folder: Path, number: int, first: int = 0, size: int = 1000) -> None:
    """Write a portal's pages from `first` up to `number` into a folder, in order of capture, each whole at once."""
    for name, text in portal(size)[first:number]:
        part = folder / f"{name}.part"
        part.write_text(text, "utf-8")
        part.rename(folder / name)


def rows(number: int) -> Iterator[bytes]:
    """So many pages of a portal as lines of JSON Lines, in the order of their capture."""
    for name, text in portal(number):
        told = f"{name[:4]}-{name[4:6]}-{name[6:8]}T{name[8:10]}:{name[10:12]}:{name[12:14]}Z"
        yield json.dumps({"text": text, "date": told}).encode() + b"\n"
