"""Hearing of changes: an observer for each source, started anew whenever it, or the folder, is not what it was.

Events are hints only. What is lost between two observers is made good by a look at everything.
"""

from __future__ import annotations

import logging
import os
import stat
import time
import warnings
from dataclasses import dataclass, field

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from feeds.config import Config, Source
from feeds.daemon.hints import Hints, is_dump_name
from feeds.daemon.looking import root_of
from feeds.daemon.mounts import is_shared
from feeds.dumps.inbox import holds_rows

_log = logging.getLogger("feeds.watch")

_EVENTS: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileMovedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
_STOP_SECONDS = 5.0

Identity = tuple[bytes, int, int]


class _Handler(FileSystemEventHandler):
    """Turns events below the real path of a source into hints about the path by which the source is known."""

    def __init__(self, hints: Hints, root: bytes, real: bytes) -> None:
        self.hints = hints
        self.root = root
        self.real = real

    def dispatch(self, event: FileSystemEvent) -> None:
        """Leave a hint; whatever the event is, this raises nothing, for that would end the observer's thread."""
        target = os.fsencode(event.dest_path or event.src_path)
        path = self.root + target[len(self.real) :] if target.startswith(self.real) else target
        if event.is_directory:
            self.hints.folder(path)
        elif not is_dump_name(path) and path != self.root:
            if isinstance(event, FileCreatedEvent | FileMovedEvent) and os.path.isdir(target):  # a linked folder
                self.hints.folder(path)
        elif isinstance(event, FileModifiedEvent) and not holds_rows(path):
            self.hints.modified(path, time.monotonic_ns())
        elif isinstance(event, FileClosedEvent):
            self.hints.closed(path)
        else:
            self.hints.path(path)


@dataclass(slots=True)
class _Watch:
    """One source being watched, or waited for."""

    source: Source
    polled: bool = False
    observer: BaseObserver | None = None
    identity: Identity | None = None
    """What the path led to when the watch began."""
    refused: str | None = None
    """Why the kernel would not watch it; it is polled then."""


@dataclass(slots=True)
class Watches:
    """All sources of a configuration, watched."""

    config: Config
    hints: Hints
    _watches: list[_Watch] = field(default_factory=list)

    def __post_init__(self) -> None:
        # A folder that is moved away and back is still watched; watchdog watches it again, and warns of that.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        self._watches = [_Watch(source) for source in self.config.sources]

    def look_after(self) -> None:
        """Start what is not running, and start anew what is not as it was. To be called every second or so."""
        for watch in self._watches:
            identity = _identity(watch.source)
            if watch.observer is not None and (identity != watch.identity or not _is_alive(watch.observer)):
                why = "its observer has died" if identity == watch.identity else "it is not the folder it was"
                _log.warning("watching a source anew", extra={"source": str(watch.source.path), "why": why})
                self._stop(watch)
            if watch.observer is None and identity is not None:
                self._start(watch, identity)

    def close(self) -> None:
        """Watch nothing any more."""
        for watch in self._watches:
            self._stop(watch)

    def _start(self, watch: _Watch, identity: Identity) -> None:
        how = self.config.daemon.watch
        watch.polled = how == "poll" or (how == "auto" and (watch.refused is not None or is_shared(watch.source.path)))
        observer = _polling(self.config.daemon.poll) if watch.polled else Observer()
        root, real = root_of(watch.source), identity[0]
        recursive = os.path.isdir(real)
        folder = real if recursive else os.path.dirname(real)
        try:
            handler = _Handler(self.hints, root, real)
            observer.schedule(handler, os.fsdecode(folder), recursive=recursive, event_filter=_EVENTS)
            observer.start()
        except OSError as error:  # the bound on watches, or the folder vanished again
            self._refused(watch, observer, str(error))
            return
        watch.observer, watch.identity = observer, identity
        said = {"source": str(watch.source.path), "by": "polling" if watch.polled else "events"}
        _log.info("watching", extra=said)
        self.hints.everything()  # what happened before the watch began

    def _refused(self, watch: _Watch, observer: BaseObserver, why: str) -> None:
        _shut(observer)
        if watch.refused is None and _identity(watch.source) is not None and self.config.daemon.watch == "auto":
            watch.refused = why
            said = {"source": str(watch.source.path), "why": why, "help": "raise fs.inotify.max_user_watches"}
            _log.warning("the kernel will not watch a source; it is polled", extra=said)

    @staticmethod
    def _stop(watch: _Watch) -> None:
        if watch.observer is not None:
            _shut(watch.observer)
            watch.observer = watch.identity = None


def _polling(seconds: float) -> BaseObserver:
    """An observer that looks every so often, and enters no linked folder: links in a circle have no end."""
    return PollingObserverVFS(_status, os.scandir, polling_interval=seconds)


def _status(path: str) -> os.stat_result:
    """What a path leads to, but of a link to a folder the link itself. Raises OSError."""
    status = os.stat(path)
    return os.lstat(path) if stat.S_ISDIR(status.st_mode) else status


def _shut(observer: BaseObserver) -> None:
    if observer.is_alive():
        observer.stop()
        observer.join(_STOP_SECONDS)
    else:
        observer.on_thread_stop()  # what a thread that died, or never began, has left open


def _is_alive(observer: BaseObserver) -> bool:
    return observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)


def _identity(source: Source) -> Identity | None:
    """What a source's path leads to: its real path and the file there; None if there is nothing."""
    root = root_of(source)
    try:
        status = os.stat(root)
    except OSError:
        return None
    return os.path.realpath(root), status.st_dev, status.st_ino
