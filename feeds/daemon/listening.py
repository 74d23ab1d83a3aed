"""The kernel's events of a source, and what watchdog keeps to itself: events that were lost, folders not watched."""

from __future__ import annotations

import os
from errno import EACCES, ENOSPC

from watchdog.observers.api import BaseObserver
from watchdog.observers.inotify import InotifyFullEmitter
from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

from feeds.daemon.hints import Hints

_A_FOLDER_CAME = Mask(InotifyConstants.IN_CREATE | InotifyConstants.IN_ISDIR)
_STOP_SECONDS = 5.0


class Ear(InotifyFD):
    """An inotify instance and the thread that reads it. It uses only what watchdog lets others see."""

    def __init__(self, hints: Hints) -> None:
        """Raises OSError if the kernel has no instance left, RuntimeError if it has no thread; nothing is left then."""
        self.hints = hints
        self.full = False
        """Whether the kernel would not watch a folder because it watches too many."""
        self._deaf: dict[bytes, tuple[Mask, WatchCallback, CallbackId]] = {}
        try:
            super().__init__()
            self.start()
        except (OSError, RuntimeError):
            for name in {"_inotify_fd", "_kill_r", "_kill_w"} & vars(self).keys():
                os.close(vars(self)[name])  # the thread would have closed them
            raise

    def handle_event(self, event: InotifyEvent) -> None:
        """Hand an event on. Where the kernel's queue has overflowed watchdog mends its watches and tells nobody."""
        super().handle_event(event)
        if event.is_queue_overflow:
            self.hints.everything()

    def add_callback(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        """Watch a folder. Raises OSError if that cannot be; a folder that stays is remembered then."""
        try:
            return self._watch(path, mask, callback, id_)
        except OSError as error:
            if error.errno in {EACCES, ENOSPC}:
                self._deaf[path] = mask, callback, id_
            raise

    def listen_again(self) -> None:
        """Try again to watch what could not be watched. What can be is told as a folder that has just come."""
        for path, (mask, callback, id_) in list(self._deaf.items()):
            try:
                self._watch(path, mask, callback, id_)
                above = self._watch(os.path.dirname(path), mask, callback, id_)
            except OSError as error:
                if error.errno == ENOSPC:
                    break
                if error.errno != EACCES:  # it has gone
                    del self._deaf[path]
            else:
                del self._deaf[path]
                callback.on_event(InotifyEvent(above, _A_FOLDER_CAME, 0, os.path.basename(path)))

    def _watch(self, path: bytes, mask: Mask, callback: WatchCallback, id_: CallbackId) -> WatchDescriptor:
        try:
            watch = super().add_callback(path, mask, callback, id_)
        except OSError as error:
            self.full = self.full or error.errno == ENOSPC
            raise
        if watch == -1:  # of EACCES watchdog tells in no other way, and takes such a folder for a watched one
            self.remove_callbacks([(watch, id_)])
            raise PermissionError(EACCES, os.strerror(EACCES), path)
        return watch


class Listener(BaseObserver):
    """An observer like watchdog's own, but with an Ear. A file that is moved in is told as moved, not as created."""

    def __init__(self, hints: Hints) -> None:
        """Raises what making an Ear raises."""
        self.ear = Ear(hints)
        super().__init__(InotifyFullEmitter, inotify_fd=self.ear)

    def on_thread_stop(self) -> None:
        """Close everything."""
        super().on_thread_stop()
        self.ear.stop()
        self.ear.join(_STOP_SECONDS)
