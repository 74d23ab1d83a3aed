"""Hearing of changes: an observer for each source, started anew whenever it, or the folder, is not what it was.

Events are hints only. What is lost between two observers is made good by a look at everything.
"""

from __future__ import annotations

import logging
import os
import stat
import time
import warnings
from collections.abc import Collection
from dataclasses import dataclass, field
from errno import EMFILE, ENOSPC
from threading import Lock

from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.api import BaseObserver
from watchdog.observers.polling import PollingObserverVFS

from feeds.config import Config, Source
from feeds.daemon.hints import Hints, is_dump_name
from feeds.daemon.listening import Listener
from feeds.daemon.looking import root_of
from feeds.daemon.mounts import is_shared
from feeds.dumps.inbox import holds_rows

_log = logging.getLogger("feeds.watch")

_EVENTS: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileMovedEvent,
    FileCreatedEvent,
    FileModifiedEvent,
    FileAttribEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
_STOP_SECONDS = 5.0
_HELP = {
    EMFILE: "raise fs.inotify.max_user_instances, or how many files the process may open",
    ENOSPC: "raise fs.inotify.max_user_watches",
}
"""What to do when the kernel has no means left; it is of no use to ask again soon."""

Identity = tuple[bytes, int, int]


class _Handler(FileSystemEventHandler):
    """Turns events below the real path of a source into hints about the path by which the source is known."""

    def __init__(self, hints: Hints, root: bytes, real: bytes, *, polled: bool) -> None:
        self.hints = hints
        self.root = root
        self.real = real
        self.polled = polled

    def dispatch(self, event: FileSystemEvent) -> None:
        """Leave a hint; whatever the event is, this raises nothing, for that would end the observer's thread."""
        moved = isinstance(event, FileMovedEvent | DirMovedEvent)
        if moved and not event.dest_path:
            return  # out of the source
        target = os.fsencode(event.dest_path or event.src_path)
        path = self._known_as(target)
        if event.is_directory:
            self.hints.folder(path)
        elif not is_dump_name(path) and path != self.root:
            if isinstance(event, FileCreatedEvent | FileMovedEvent) and os.path.isdir(target):  # a linked folder
                self.hints.folder(path)
        elif self.polled or holds_rows(path):
            # Who polls hears of no end of writing: whatever changed is looked at. Nor are moves heard of for certain,
            # which are told by inodes, for a new file may have that of one that was removed.
            self.hints.path(path)
        elif isinstance(event, FileModifiedEvent):
            self.hints.modified(path, time.monotonic_ns())
        elif isinstance(event, FileClosedEvent):
            self.hints.closed(path, time.time_ns())
        elif moved:
            self.hints.moved(self._known_as(os.fsencode(event.src_path)), path, time.time_ns())
        else:
            self.hints.path(path)

    def _known_as(self, path: bytes) -> bytes:
        return self.root + path[len(self.real) :] if path.startswith(self.real) else path


@dataclass(slots=True)
class _Watch:
    """One source being watched, or waited for."""

    source: Source
    observer: BaseObserver | None = None
    identity: Identity | None = None
    """What the path led to when the watch began."""
    trouble: str | None = None
    """Why it cannot be watched, or not all of it, as was said."""
    refused: bool = False
    """Whether the kernel has no means to watch it; it is polled then if it may be."""


@dataclass(slots=True)
class Watches:
    """All sources of a configuration, watched."""

    config: Config
    hints: Hints
    _watches: list[_Watch] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    """Held while a watch begins or ends."""
    _closed: bool = False

    def __post_init__(self) -> None:
        # A folder that is moved away and back is still watched; watchdog watches it again, and warns of that.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)
        self._watches = [_Watch(source) for source in self.config.sources]

    def look_after(self, gone: Collection[Source] = ()) -> None:
        """Start what is not running, and start anew what is not as it was. To be called every second or so.

        Sources in `gone` have just been missed, so they are listened to anew even if they are back by now. In any
        thread, also while or after another one closes them: then nothing is started any more.
        """
        for watch in self._watches:
            with self._lock:
                if self._closed:
                    return
                self._look_after(watch, gone=watch.source in gone)

    def close(self) -> None:
        """Watch nothing any more, for good."""
        with self._lock:
            self._closed = True
            for watch in self._watches:
                self._stop(watch)

    def _look_after(self, watch: _Watch, *, gone: bool) -> None:
        identity = None if gone else _identity(watch.source)
        if watch.observer is not None and (identity != watch.identity or not _is_alive(watch.observer)):
            why = "its observer has died" if identity == watch.identity else "it is not the folder it was"
            _log.warning("watching a source anew", extra={"source": str(watch.source.path), "why": why})
            self._stop(watch)
        if watch.observer is None and identity is not None:
            self._start(watch, identity)
        if isinstance(watch.observer, Listener):
            watch.observer.ear.listen_again()
            if watch.observer.ear.full:
                self._not_watched(watch, OSError(ENOSPC, "inotify watch limit reached"))
                if watch.refused:
                    self._stop(watch)  # to be polled

    def _start(self, watch: _Watch, identity: Identity) -> None:
        daemon = self.config.daemon
        polled = daemon.watch == "poll" or (daemon.watch == "auto" and (watch.refused or is_shared(watch.source.path)))
        root, real = root_of(watch.source), identity[0]
        recursive = os.path.isdir(real)
        folder = real if recursive else os.path.dirname(real)
        observer: BaseObserver | None = None
        try:
            observer = _polling(daemon.poll) if polled else Listener(self.hints)
            handler = _Handler(self.hints, root, real, polled=polled)
            observer.schedule(handler, os.fsdecode(folder), recursive=recursive, event_filter=_EVENTS)
            observer.start()
        except (OSError, RuntimeError) as error:  # a bound of the kernel, no more threads, or the folder vanished again
            if observer is not None:
                _shut(observer)
            self._not_watched(watch, error)
            return
        watch.observer, watch.identity, watch.trouble = observer, identity, None
        said = {"source": str(watch.source.path), "by": "polling" if polled else "events"}
        _log.info("watching", extra=said)
        self.hints.everything()  # what happened before the watch began

    def _not_watched(self, watch: _Watch, error: Exception) -> None:
        """Say, once, that a source is not watched, or not all of it; it is polled from now on, or tried again."""
        why = str(error)
        if why == watch.trouble or _identity(watch.source) is None:
            return
        watch.trouble = why
        number = error.errno if isinstance(error, OSError) else None
        said = {"source": str(watch.source.path), "why": why} | ({"help": _HELP[number]} if number in _HELP else {})
        if number in _HELP and self.config.daemon.watch == "auto" and not watch.refused:
            watch.refused = True
            _log.warning("the kernel will not watch a source; it is polled", extra=said)
        else:
            _log.warning("a source cannot be watched; that is tried again", extra=said)
        self.hints.everything()

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
    reader = observer.ear.is_alive() if isinstance(observer, Listener) else True
    return reader and observer.is_alive() and all(emitter.is_alive() for emitter in observer.emitters)


def _identity(source: Source) -> Identity | None:
    """What a source's path leads to: its real path and the file there; None if there is nothing."""
    root = root_of(source)
    try:
        status = os.stat(root)
    except OSError:
        return None
    return os.path.realpath(root), status.st_dev, status.st_ino
