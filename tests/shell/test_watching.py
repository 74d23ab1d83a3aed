"""Hearing of changes: hints come from every kind of change, and from every observer that had to be started anew."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

import pytest
from daemons import until
from watchdog.events import FileSystemEvent

from feeds.config import Config, Flags, Source, load_config
from feeds.daemon.hints import MOST, Heard, Hints, is_dump_name
from feeds.daemon.mounts import file_system, is_shared
from feeds.daemon.settling import Settling, is_being_written
from feeds.daemon.watching import Watches
from feeds.dumps.inbox import Found, scan


@dataclass
class Watched:
    """A folder that is watched, and what was heard of it."""

    folder: Path
    hints: Hints
    watches: Watches

    def heard_of(self, path: Path) -> bool:
        """Whether there is a hint that leads to a file; all hints are forgotten."""
        heard = self.hints.take()
        names = {os.fsdecode(one) for one in (*heard.paths, *heard.folders)}
        return str(path) in names or any(str(path).startswith(name + "/") for name in names)


def config_of(folder: Path) -> Config:
    """The defaults, with one source."""
    config = load_config(None, {}, Flags(), folder).config
    return replace(config, sources=(Source(folder, config.sites[0].name),))


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """An empty folder that is watched."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    hints = Hints(lambda: None)
    watches = Watches(config_of(folder), hints)
    watches.look_after()
    assert hints.take().everything
    yield Watched(folder, hints, watches)
    watches.close()


def test_a_change_is_heard_of(watched: Watched) -> None:
    """A dump that is written, a folder that is made and what is in it; what is no dump is no hint."""
    (watched.folder / "a.txt").write_text("a")
    until(lambda: watched.heard_of(watched.folder / "a.txt"), "a.txt")
    (watched.folder / "deep").mkdir()
    (watched.folder / "deep" / "b.txt").write_text("b")
    until(lambda: watched.heard_of(watched.folder / "deep" / "b.txt"), "b.txt")
    (watched.folder / "c.part").write_text("c")
    (watched.folder / "d.txt.meta.json").write_text("{}")
    until(lambda: watched.heard_of(watched.folder / "d.txt"), "the dump beside a sidecar")
    assert not watched.heard_of(watched.folder / "c.part")


def test_a_linked_folder_that_appears_is_heard_of(watched: Watched, tmp_path: Path) -> None:
    """A link to a folder, made or moved in, is a hint to look into it; what comes into it later a rescan finds."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a.txt").write_text("a")
    (watched.folder / "linked").symlink_to(tmp_path / "elsewhere")
    until(lambda: watched.heard_of(watched.folder / "linked" / "a.txt"), "what is in it")
    (watched.folder / "linked").rename(watched.folder / "renamed")
    until(lambda: watched.heard_of(watched.folder / "renamed" / "a.txt"), "what is in it under another name")
    assert not watched.heard_of(tmp_path / "elsewhere" / "a.txt"), "it is known by its name in the source"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("part", ["observer", "emitter"])
def test_a_dead_observer_is_replaced(watched: Watched, part: str) -> None:
    """Its thread has ended: another is started, everything is to be looked at, and changes are heard of again."""
    (watch,) = watched.watches._watches
    observer = watch.observer
    assert observer is not None
    if part == "observer":
        observer.event_queue.put(("nonsense", "which", "raises"))
        thread: object = observer
        until(lambda: not observer.is_alive(), "the death of the observer")
    else:
        (emitter,) = observer.emitters
        emitter.stop()
        thread = emitter
        until(lambda: not emitter.is_alive(), "the death of the emitter")
    watched.watches.look_after()
    assert watch.observer is not observer
    assert watched.hints.take().everything
    (watched.folder / "a.txt").write_text("a")
    until(lambda: watched.heard_of(watched.folder / "a.txt"), f"a.txt, after {thread}")


def test_a_folder_that_is_another_is_watched_anew(watched: Watched) -> None:
    """Renamed away, made anew, a link: each time everything is to be looked at, and changes are heard of again."""
    away = watched.folder.with_name("away")
    watched.folder.rename(away)
    watched.watches.look_after()
    assert not watched.hints.take()
    watched.folder.symlink_to(away)
    watched.watches.look_after()
    assert watched.hints.take().everything
    (away / "a.txt").write_text("a")
    until(lambda: watched.heard_of(watched.folder / "a.txt"), "a change by its path in the source")


def test_links_in_a_circle_are_not_followed_for_ever(tmp_path: Path) -> None:
    """Folders that lead back to themselves by several links are polled like any other: changes are heard of."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for name in "abc":
        (folder / name).symlink_to(".")
    config = config_of(folder)
    hints = Hints(lambda: None)
    polled = replace(config, daemon=replace(config.daemon, watch="poll", poll=0.05))
    watched = Watched(folder, hints, Watches(polled, hints))
    watched.watches.look_after()
    assert watched.hints.take().everything
    rounds = count()

    def heard_of_another() -> bool:  # the first look, which hears of nothing, may come after the first changes
        (folder / f"{next(rounds)}.txt").write_text("a")
        return bool(hints.take().paths)

    until(heard_of_another, "a change, by polling", 10)
    watched.watches.close()


def test_threads_and_files_do_not_pile_up(watched: Watched) -> None:
    """However often a source is watched anew, no thread and no open file is left behind."""

    def held() -> tuple[int, int]:
        return len(list(Path("/proc/self/fd").iterdir())), len(list(Path("/proc/self/task").iterdir()))

    before = held()
    for number in range(20):
        watched.folder.rename(watched.folder.with_name(f"away{number}"))
        watched.folder.mkdir()
        watched.watches.look_after()
    until(lambda: held() == before, f"{held()} is {before} again")
    assert held() == before


def test_many_hints_are_one() -> None:
    """More hints than are worth following become one: look at everything."""
    woken = []
    hints = Hints(lambda: woken.append(1))
    for number in range(MOST + 2):
        hints.path(b"/inbox/%d.txt" % number)
    heard = hints.take()
    assert heard.everything
    assert len(woken) == MOST + 2
    assert not hints.take()
    hints.put_back(Heard(frozenset({b"/a.txt"})))
    assert len(hints) == 1


def test_names_of_dumps() -> None:
    """Dumps and sidecars are told by name; hidden and unfinished files are neither."""
    names = [b"a.txt", b"A.TXT", b"a.txt.meta.json", b".a.txt", b"a.txt.part", b"a.txt~", b"a"]
    assert [is_dump_name(b"/inbox/" + name) for name in names] == [True] * 3 + [False] * 4


def test_kinds_of_mounts(tmp_path: Path) -> None:
    """The file system of a folder is known; local ones are heard of, what is not there is not shared."""
    assert file_system(Path("/proc")) == "proc"
    assert not is_shared(Path("/proc"))
    assert file_system(tmp_path / "nowhere") is None
    assert not is_shared(tmp_path / "nowhere")


# -- settling -------------------------------------------------------------------------------------


def found(path: Path) -> Found:
    """A file as a scan finds it."""
    (item,) = scan(path, 10**9)
    return item


def test_a_file_is_complete_after_a_while(tmp_path: Path) -> None:
    """Not before it has not changed for so long, by the wall clock; by what was observed if it is from the future."""
    (tmp_path / "a.txt").write_text("a")
    item = found(tmp_path / "a.txt")
    settling = Settling(1000, 0, Hints(lambda: None))
    assert not settling.is_complete(item, item.changed_ns + 999, 0)
    assert settling.is_complete(item, item.changed_ns + 1000, 0)
    assert not settling.is_complete(item, item.changed_ns - 5000, 100)
    assert not settling.is_complete(item, item.changed_ns - 5000, 1099)
    assert settling.is_complete(item, item.changed_ns - 5000, 1100)


def test_a_file_that_is_being_written_is_not_complete(tmp_path: Path) -> None:
    """However long ago it changed, it is complete only when its writer, or that of its sidecar, has closed it."""
    path = tmp_path / "a.txt"
    path.write_text("a")
    settling = Settling(0, 0, Hints(lambda: None))
    later = time.time_ns() + 60 * 10**9
    with path.open("a"):
        assert is_being_written(os.fsencode(path))
        assert not settling.is_complete(found(path), later, 0)
    assert is_being_written(os.fsencode(path)) is False
    with (tmp_path / "a.txt.meta.json").open("w"):
        assert not settling.is_complete(found(path), later, 0)
    assert settling.is_complete(found(path), later, 0)


def test_of_a_stranger_s_file_what_was_heard_must_do(tmp_path: Path) -> None:
    """Where the kernel does not tell, a file that was written to is complete once closed, or after a long silence."""
    hints = Hints(lambda: None)
    settling = Settling(0, 0, hints)
    pipe = tmp_path / "a.txt"
    pipe.write_text("a")
    item = found(pipe)._replace(path=b"/proc/nowhere/a.txt")  # no lease can be had there
    assert is_being_written(item.path) is None
    later = item.changed_ns + 10**9
    hints.modified(item.path, 0)
    assert not settling.is_complete(item, later, 5 * 10**9)
    assert settling.is_complete(item, later, 40 * 10**9)
    hints.modified(item.path, 0)
    hints.closed(item.path, later)
    assert settling.is_complete(item, later, 5 * 10**9)


def test_a_file_of_which_nothing_tells_waits_longer(tmp_path: Path) -> None:
    """By its modification time when it is first seen, then by what was observed, however the clock jumps."""
    path = tmp_path / "a.txt"
    path.write_text("a")
    item = found(path)
    hour, hints = 3600 * 10**9, Hints(lambda: None)
    settling = Settling(10, 1_000_000, hints)
    modified = item.mtime * 1000
    assert settling.is_complete(item, item.changed_ns + 10, 0), "a lease tells"
    assert not settling.is_complete(item, item.changed_ns + 10, 0, shared=True), "of other machines it does not"
    assert not settling.is_complete(item, item.changed_ns + 2 * hour, 500_000, shared=True), "the clock jumped"
    assert settling.is_complete(item, item.changed_ns + 10, 1_000_000, shared=True)
    old = item._replace(mtime=item.mtime - 1000)
    assert settling.is_complete(old, item.changed_ns + 10, 0, shared=True), "only its name is new"
    future = item._replace(mtime=item.mtime + hour // 1000)
    assert not settling.is_complete(future, item.changed_ns + 10, 0, shared=True)
    assert not settling.is_complete(future, item.changed_ns + 10, 999_000, shared=True)
    assert settling.is_complete(future, item.changed_ns + 10, 1_000_000, shared=True)
    assert not settling.is_complete(item, item.changed_ns + 10, 2_000_000, shared=True)
    assert not settling.is_complete(item._replace(signature="other"), item.changed_ns + 10, 2_999_000, shared=True)
    hints.closed(item.path, modified - 1)
    assert not settling.is_complete(item, item.changed_ns + 10, 3_000_000, shared=True), "modified after that"
    hints.closed(item.path, modified)
    assert settling.is_complete(item, item.changed_ns + 10, 3_000_000, shared=True)


def test_a_file_that_is_moved_while_it_is_written(tmp_path: Path) -> None:
    """A name that a file gets says that it is whole, unless somebody was heard to write to it under its former one."""
    hints = Hints(lambda: None)
    first, second = os.fsencode(tmp_path / "a.txt"), os.fsencode(tmp_path / "b.txt")
    hints.moved(b"/a.part", first, 7)
    assert hints.is_finished(first, 7)
    hints.modified(first, 5)
    assert not hints.is_finished(first, 7)
    hints.moved(first, second, 9)
    assert not hints.is_finished(second, 7)
    assert (hints.written_at(first), hints.written_at(second)) == (None, 5)


def test_events_of_any_kind_raise_nothing(watched: Watched) -> None:
    """An event that nobody expects is ignored: an exception would end the observer."""
    (watch,) = watched.watches._watches
    assert watch.observer is not None
    (handler,) = next(iter(watch.observer._handlers.values()))
    handler.dispatch(FileSystemEvent("somewhere/else.txt", ""))
    assert watch.observer.is_alive()
