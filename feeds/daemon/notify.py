"""Telling systemd how it stands: sd_notify(3), one datagram a message."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Notifier:
    """The socket to tell; None where nobody asked."""

    address: str | None
    watchdog_seconds: float | None
    """The longest that systemd waits for a sign of life."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Notifier:
        """The socket and the watchdog's patience that systemd names in `NOTIFY_SOCKET` and `WATCHDOG_USEC`."""
        microseconds = environ.get("WATCHDOG_USEC", "")
        mine = environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        patience = int(microseconds) / 1e6 if microseconds.isdigit() and mine else None
        return cls(environ.get("NOTIFY_SOCKET") or None, patience)

    def ready(self) -> None:
        """It serves, and the store is open."""
        self._tell("READY=1")

    def reloading(self) -> None:
        """It reads its configuration again; `ready` follows."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """It drains."""
        self._tell("STOPPING=1")

    def alive(self) -> None:
        """It is alive."""
        if self.watchdog_seconds is not None:
            self._tell("WATCHDOG=1")

    def status(self, text: str) -> None:
        """What `systemctl status` shows."""
        self._tell(f"STATUS={text}")

    def _tell(self, message: str) -> None:
        if self.address is None:
            return
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
            sender.setblocking(False)
            try:
                sender.sendto(message.encode(), address)
            except OSError:  # nobody listens: then nobody waits either
                return
