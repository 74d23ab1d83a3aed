"""Daemons and threads that are not root's, or that the kernel gives less than others."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from daemons import Site

NOBODY = 65534


def needed(*programs: str) -> None:
    """Skip the test, or fail in CI, unless it runs as root and has these programs."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        reason = f"{missing} not installed" if missing else "only root can become somebody else"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


@dataclass
class StrangersSite(Site):
    """Everything runs as a user to whom the inbox does not belong, so the kernel gives no lease on what is in it."""

    def __post_init__(self) -> None:
        needed("setpriv")
        super().__post_init__()
        os.chown(self.folder, NOBODY, NOBODY)

    def command(self, *words: str) -> list[str]:
        """A command line of `feeds` that may read everything, wherever its interpreter is, and has no other right."""
        user = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        rights = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=+dac_read_search"]
        return ["setpriv", *user, *rights, *super().command(*words)]


@dataclass
class BoundedSite(Site):
    """Everything runs in a user namespace of its own, where the kernel watches little."""

    bound: str = "max_inotify_instances"
    most: int = 0

    def __post_init__(self) -> None:
        needed("unshare", "nsenter")
        super().__post_init__()
        tried = subprocess.run(["unshare", *self._namespace("true")], capture_output=True, text=True, check=False)
        if tried.returncode:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no namespace for users: {tried.stderr}")

    def command(self, *words: str) -> list[str]:
        """A command line of `feeds`."""
        return ["unshare", *self._namespace('exec "$@"'), "sh", *super().command(*words)]

    def raise_bound(self, pid: int) -> None:
        """Have the kernel watch more for a process that runs already."""
        subprocess.run(["nsenter", "-t", str(pid), "-U", "sh", "-c", f"echo 100 > {self._knob}"], check=True)

    def _namespace(self, command: str) -> list[str]:
        return ["--user", "--map-root-user", "sh", "-c", f"echo {self.most} > {self._knob} && {command}"]

    @property
    def _knob(self) -> str:
        return f"/proc/sys/user/{self.bound}"


@contextmanager
def nobody() -> Iterator[None]:
    """All threads of this process are those of a user without any right, until the block ends."""
    needed()
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
