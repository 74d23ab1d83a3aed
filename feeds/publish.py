"""Documents into `out/`: only what differs is written, and a reader sees the old file or the new one.

A document is written beside the others, in a folder of its own on the same file system, and then takes
the place of the old one in a single step. Whatever goes wrong before that step leaves the old file whole.
One process at a time may publish into a folder; the lock on the store sees to it.

Nobody waits for the disk: all of this holds when the program is killed, not when the power fails. A document
that was cut short then is made again from the store, which knows each by its size and modification time.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from feeds.errors import PublishError
from feeds.model import Document

UNFINISHED = ".feeds-tmp"
"""The folder of documents that are being written. What a killed run left there is removed."""

_REMEDIES = {
    errno.ENOSPC: "make room on that file system",
    errno.EDQUOT: "make room within the quota",
    errno.EFBIG: "raise the limit on the size of files",
    errno.EROFS: "that file system is read-only: choose another folder with --out",
    errno.EACCES: "give this user the right to write there, or choose another folder with --out",
    errno.EPERM: "give this user the right to write there, or choose another folder with --out",
    errno.EXDEV: "everything in the folder must be on one file system",
    errno.ENOTDIR: "move the file that stands where a folder is needed",
    errno.EEXIST: "move the file that stands where a folder is needed",
    errno.EISDIR: "move the folder that stands where a file is needed",
    errno.ENAMETOOLONG: "choose a folder with a shorter path with --out",
}


@dataclass(frozen=True, slots=True)
class Published:
    """What came of publishing: the paths that were written, in order, and how many stood there already."""

    written: tuple[str, ...]
    unchanged: int


def publish(out: Path, documents: Iterable[Document]) -> Published:
    """The documents stand in `out`, which is made if it is missing. Equal files are left alone, mtime included.

    Raises PublishError on a path that leaves `out` and on whatever keeps a file from being written.
    Documents before it are published then, and every file is whole.
    """
    written: list[str] = []
    unchanged = 0
    with _open(out) as folder:
        for document in documents:
            if folder.put(document):
                written.append(document.path)
            else:
                unchanged += 1
    return Published(tuple(written), unchanged)


def withdraw(out: Path, paths: Iterable[str]) -> None:
    """The files at these paths are gone from `out`, and so are folders that this emptied.

    A path without a file is fine. Raises PublishError on a path that leaves `out`, and on whatever keeps
    a file from being removed.
    """
    folder = _Folder(Path(os.path.realpath(out)))
    for path in paths:
        with _explained(out / path, "remove"):
            folder.remove(path)


@contextmanager
def _open(out: Path) -> Iterator[_Folder]:
    """The folder, without leftovers at the start and at the end."""
    with _explained(out, "publish into"):
        out.mkdir(parents=True, exist_ok=True)
        folder = _Folder(Path(os.path.realpath(out)))
        folder.sweep()
    try:
        yield folder
    finally:
        with _explained(out / UNFINISHED, "remove"):
            folder.sweep()


@dataclass(slots=True)
class _Folder:
    """A folder to publish into, by its real path."""

    root: Path
    safe: set[str] = field(default_factory=set)
    """The folders below it that are known to be inside it, by the paths of documents."""
    made: set[Path] = field(default_factory=set)
    """The folders that are known to be there."""

    def put(self, document: Document) -> bool:
        """Whether the document had to be written."""
        target = self.place(document.path)
        with _explained(target, "write"):
            if _holds(target, document.body):
                return False
            unfinished = self.make(self.root / UNFINISHED)
            fresh = unfinished / "document"
            with fresh.open("xb") as file:
                file.write(document.body)
            self.make(target.parent)
            fresh.replace(target)
        return True

    def make(self, folder: Path) -> Path:
        """The folder, which is there now."""
        if folder not in self.made:
            folder.mkdir(parents=True, exist_ok=True)
            self.made.add(folder)
        return folder

    def remove(self, path: str) -> None:
        """The file is gone, and the folders above it that hold nothing else."""
        target = self.place(path)
        if os.path.lexists(target):
            target.unlink()
        for parent in target.parents:
            if parent == self.root or not _remove_empty(parent):
                break

    def sweep(self) -> None:
        """No unfinished documents are left."""
        unfinished = self.root / UNFINISHED
        if unfinished.is_dir() and not unfinished.is_symlink():
            shutil.rmtree(unfinished)
        elif os.path.lexists(unfinished):  # asked first: a read-only folder refuses to remove even what is not there
            unfinished.unlink()

    def place(self, path: str) -> Path:
        """Where a document's path is, which is below the root also when every link is followed."""
        parts = path.split("/")
        if not path.isprintable() or not {"", ".", ".."}.isdisjoint(parts) or parts[0] == UNFINISHED:
            raise PublishError(f"{path!r} is no path for a document: it must name a file below {self.root}")
        target = self.root / path
        folder = path.rpartition("/")[0]
        if folder not in self.safe:
            if not Path(os.path.realpath(target.parent)).is_relative_to(self.root):
                raise PublishError(f"a link leads {target} out of {self.root}, where nothing may go; remove it")
            self.safe.add(folder)
        return target


def _holds(target: Path, body: bytes) -> bool:
    """Whether an ordinary file with exactly these bytes stands there."""
    try:
        status = target.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode) and status.st_size == len(body) and target.read_bytes() == body


def _remove_empty(folder: Path) -> bool:
    """Whether the folder was empty, and so is gone."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return True
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
            return False
        raise
    return True


@contextmanager
def _explained(where: Path, what: str) -> Iterator[None]:
    """An error of the file system says what could not be done, where, why and what helps."""
    try:
        yield
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "see to that")
        reason = error.strerror or str(error)
        raise PublishError(f"cannot {what} {where}: {reason}; {remedy} and run again, no feed is damaged") from error
