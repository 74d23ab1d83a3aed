"""A PostgreSQL server of our own, for as long as it is needed; its texts are sorted as a Dutch dictionary is."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any, Self

from daemons import PATIENCE, until

USER = "feeds"


def programs() -> Path | None:
    """The folder of the newest server's programs; None if there is none on this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    named = shutil.which("postgres")
    return found[-1].parent if found else None if named is None else Path(named).parent


class Cluster:
    """A server that listens in a folder alone. It refuses to run as root, so root runs it as somebody else."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="feeds-pg-"))
        self.user: dict[str, Any] = {}
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
            self.user = {"user": "postgres", "group": "postgres", "extra_groups": []}
        sorting = ["--locale-provider=icu", "--icu-locale=nl", "--encoding=UTF8"]
        self._run("initdb", "-D", f"{self.folder}/data", "-U", USER, "-A", "trust", "--no-sync", *sorting)
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        only_here = ["-c", "listen_addresses=", "-c", "fsync=off", "-k", str(self.folder)]
        self.process = subprocess.Popen(
            [str(self.programs / "postgres"), "-D", f"{self.folder}/data", *only_here],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **self.user,
        )
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self.folder)]
        until(lambda: subprocess.run(ready, check=False).returncode == 0, "PostgreSQL")

    def stop(self) -> None:
        """Stop it, whoever is connected."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def database(self, name: str, *options: str) -> str:
        """The URL of a new, empty database."""
        self._run("createdb", "-h", str(self.folder), "-U", USER, *options, name)
        return self.url(name)

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql+psycopg://{USER}:s3cret@/{name}?host={self.folder}"

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            **self.user,
        )
        assert done.returncode == 0, done.stderr
