"""Where the kernel watches little, tells little or forgets: nothing waits for the next look at everything."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
from daemons import SEEDS, Daemon, Site, fill, tree, until
from others import BoundedSite, StrangersSite, nobody

from feeds.config import Config, Flags, Source, load_config
from feeds.daemon.hints import Hints
from feeds.daemon.watching import Watches

NEW = 'feeds_dumps_total{outcome="new"}'
TEXT = (SEEDS / "000_96b1f3e1a80901d2.txt").read_bytes()
OLD = 1_700_000_000


def config_of(folder: Path, watch: str) -> Config:
    """The defaults, with one source that is watched in this way."""
    config = load_config(None, {}, Flags(), folder).config
    daemon = replace(config.daemon, watch=watch)  # type: ignore[arg-type]  # a word of a test
    return replace(config, sources=(Source(folder, config.sites[0].name),), daemon=daemon)


def held() -> tuple[int, int]:
    """How many open files and threads this process has."""
    return len(list(Path("/proc/self/fd").iterdir())), len(list(Path("/proc/self/task").iterdir()))


# -- bounds of the kernel -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bound", "most", "knob"),
    [("max_inotify_instances", 0, "max_user_instances"), ("max_inotify_watches", 1, "max_user_watches")],
)
def test_what_the_kernel_will_not_watch_is_polled(tmp_path: Path, bound: str, most: int, knob: str) -> None:
    """No instance left at the start, or no watch for a folder that comes: it says what to raise, and polls."""
    site = BoundedSite(tmp_path / "site", "poll = 0.2\nrescan = 3600", bound=bound, most=most)
    with site.started() as daemon:
        until(daemon.is_idle, "the first look")
        below = site.inbox / "below"
        below.mkdir()
        said = daemon.said("the kernel will not watch a source; it is polled")
        assert knob in said["help"]
        daemon.said("watching", by="polling")
        fill(site.inbox, 2)
        fill(below, 4, first=2)
        daemon.settled(4)
        assert daemon.stop() == 0
    assert tree(site.out) == site.clean()


def test_what_is_to_be_watched_by_events_is_tried_again(tmp_path: Path) -> None:
    """It says once what is wrong, takes in what stands there, and watches as soon as the kernel lets it."""
    site = BoundedSite(tmp_path / "site", 'watch = "events"\nrescan = 3600')
    fill(site.inbox, 1)
    with site.started() as daemon:
        assert "max_user_instances" in daemon.said("a source cannot be watched; that is tried again")["help"]
        daemon.settled(1)
        site.raise_bound(daemon.process.pid)
        daemon.said("watching", by="events")
        fill(site.inbox, 2, first=1)
        daemon.settled(2)
        assert daemon.stop() == 0
        assert len([line for line in daemon.log if line["event"].startswith("a source cannot be watched")]) == 1


@contextmanager
def room_for_files(room: int) -> Iterator[None]:
    """This process can open only so many files more until the block ends."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    highest = max(int(path.name) for path in Path("/proc/self/fd").iterdir())
    spare: list[int] = []
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (highest + 1 + room, hard))
        with suppress(OSError):
            while True:
                spare.append(os.dup(0))
        for _ in range(room):
            os.close(spare.pop())
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for handle in spare:
            os.close(handle)


@pytest.mark.parametrize("room", range(5))
def test_a_watch_that_cannot_begin_leaves_nothing_behind(tmp_path: Path, room: int) -> None:
    """With room for so few open files, however far it comes: no file and no thread is left, and it is tried again."""
    watches = Watches(config_of(tmp_path, "events"), Hints(lambda: None))
    (watch,) = watches._watches
    before = held()
    with room_for_files(room):
        for _ in range(3):
            watches.look_after()
    assert watch.observer is not None or held() == before
    watches.look_after()
    assert watch.observer is not None
    watches.close()
    until(lambda: held() == before, f"{held()} is {before} again")


def test_after_the_end_nothing_begins(tmp_path: Path) -> None:
    """Whoever looks after watches while, or after, another closes them starts none anew."""
    before = held()
    for _ in range(20):
        watches = Watches(config_of(tmp_path, "events"), Hints(lambda: None))
        watches.look_after()
        guards = [Thread(target=watches.look_after) for _ in range(3)]
        for guard in guards[1:]:
            guard.start()
        watches.close()
        guards[0].start()
        for guard in guards:
            guard.join()
        assert [watch.observer for watch in watches._watches] == [None]
    until(lambda: held() == before, f"{held()} is {before} again")


# -- lost events, folders that open late -----------------------------------------------------------


def test_events_that_were_lost(site: Site) -> None:
    """The kernel's queue overflows while the daemon stands still: all is looked at, and watched as before."""
    site.configure(daemon="rescan = 3600")
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    with site.started() as daemon:
        daemon.said("watching")
        until(daemon.is_idle, "the first look")
        daemon.process.send_signal(signal.SIGSTOP)
        for number in range(most):
            (site.inbox / f"{number % 100}.part").touch()
        fill(site.inbox, 2)
        below = site.inbox / "below"
        below.mkdir()
        fill(below, 4, first=2)
        daemon.process.send_signal(signal.SIGCONT)
        daemon.settled(4)
        fill(below, 6, first=4)
        daemon.settled(6)
        assert tree(site.out) == site.clean()


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """A folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="feeds-inbox-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def as_root(script: str, *words: object) -> None:
    """Run a shell's script as root, whoever the threads of this process are just now."""
    subprocess.run(["sh", "-ec", script, "sh", *map(str, words)], user=0, group=0, check=True)


CLOSED = 'umask 077; mkdir -p "$1/deep"; echo > "$1/deep/a.txt"'
"""What `cp -a` makes at first: nobody but its owner may enter."""
OPEN = 'chmod -R a+rX "$1"'


@pytest.mark.parametrize("when", ["at the start", "later", "renamed"])
def test_a_folder_that_opens_late(open_to_all: Path, when: str) -> None:
    """Folders that are closed when they come are looked at when they open, and watched then, by the same observer."""
    hints = Hints(lambda: None)
    watches = Watches(config_of(open_to_all, "auto"), hints)
    came, stays = open_to_all / (".tree" if when == "renamed" else "tree"), open_to_all / "tree"

    def heard_of(path: Path) -> bool:
        heard = hints.take()
        assert not heard.everything
        return any(str(path).startswith(os.fsdecode(one)) for one in heard.paths | heard.folders)

    with nobody():
        if when == "at the start":
            as_root(CLOSED, came)
        watches.look_after()
        (watch,) = watches._watches
        observer = watch.observer
        assert hints.take().everything
        if when != "at the start":
            as_root(CLOSED, came)
            until(lambda: heard_of(came), "the folder, which nobody can enter")
        watches.look_after()
        assert not hints.take()
        as_root(OPEN, came)
        if came != stays:
            as_root('mv "$1" "$2"', came, stays)
        watches.look_after()
        until(lambda: heard_of(stays / "deep" / "a.txt"), "the dump in it")
        as_root('echo > "$1"', stays / "deep" / "b.txt")
        until(lambda: heard_of(stays / "deep" / "b.txt"), "another dump, later")
        watches.look_after()
        more = hints.take()
        assert (more.everything, more.folders) == (False, frozenset()), "at most further events of that dump"
        assert watch.observer is observer
        watches.close()


# -- files of which the kernel does not tell whether they are being written ------------------------


def in_halves(path: Path, between: Callable[[], None]) -> None:
    """Write a dump, slowly."""
    with path.open("wb") as file:
        file.write(TEXT[: len(TEXT) // 2])
        file.flush()
        between()
        file.write(TEXT[len(TEXT) // 2 :])


def another(site: Site, daemon: Daemon, *, modified: int | None = None) -> None:
    """A dump that is moved in is taken in at once, alone: there was every occasion to read what is half written."""
    before = daemon.metric(NEW)
    fill(site.folder, 1)
    (dump,) = site.folder.glob("*.txt")
    if modified is not None:
        os.utime(dump, (modified, modified))
    dump.rename(site.inbox / dump.name)
    until(lambda: daemon.metric(NEW) > before, f"the other dump; {daemon.tail()}")
    assert daemon.metric(NEW) == before + 1


@pytest.mark.parametrize("before", [True, False], ids=["before it starts", "in a new folder"])
def test_half_a_stranger_s_file(tmp_path: Path, before: bool) -> None:
    """Begun before the daemon starts, or in a folder that is not yet watched: it is taken in when it is closed."""
    site = StrangersSite(tmp_path / "site", "unsure = 3600\nceiling = 0.2\nrescan = 1")
    path = site.inbox / "deep" / "deeper" / "a.txt"
    daemons = [site.started()] if not before else []

    def between() -> None:
        if before:
            daemons.append(site.started())
        another(site, daemons[0])

    path.parent.mkdir(parents=True)
    in_halves(path, between)
    with daemons[0] as daemon:
        daemon.settled(2)
        assert daemon.metric(NEW) == 2
        assert daemon.stop() == 0
    assert tree(site.out) == site.clean()


def test_half_a_stranger_s_file_that_is_polled(tmp_path: Path) -> None:
    """It waits as long as is configured, anew after a reload; one that has not changed for as long does not wait."""
    how = 'watch = "poll"\npoll = 0.2\nceiling = 0.2\nrescan = 3600\n'
    site = StrangersSite(tmp_path / "site", how + "unsure = 3600")
    with site.started() as daemon:
        daemon.said("watching", by="polling")
        in_halves(site.inbox / "a.txt", lambda: another(site, daemon, modified=OLD))
        assert daemon.metric(NEW) == 1
        site.configure(daemon=how + "unsure = 0.5")
        daemon.process.send_signal(signal.SIGHUP)
        daemon.settled(2)
        assert daemon.metric(NEW) == 2
        assert daemon.stop() == 0
    assert tree(site.out) == site.clean()


def test_a_polled_dump_that_is_changed_in_place(site: Site) -> None:
    """A dump that is known already, and its sidecar, are looked at again when they are written over."""
    site.configure(daemon='watch = "poll"\npoll = 0.2\nrescan = 3600')
    path, sidecar = site.inbox / "a.txt", site.inbox / "a.txt.meta.json"
    with site.started() as daemon:
        daemon.said("watching")
        steps = [(path, b"Kop\n\nKop\n\nGOES (ANP) - Iets.\n"), (path, TEXT)]
        steps += [(sidecar, b'{"captured_at": "2026-03-03T10:0%d:00+01:00"}' % minute) for minute in (5, 6)]
        for number, (file, content) in enumerate(steps, 1):
            file.write_bytes(content)
            daemon.said("dumps taken in", count=number)
            until(daemon.is_idle, "nothing pending")
        assert tree(site.out) == site.clean()
