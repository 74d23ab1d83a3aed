"""Documents into `out/`."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.errors import PublishError
from feeds.model import Document
from feeds.publish import UNFINISHED, Published, publish, withdraw

ATOM = "application/atom+xml"


def document(path: str, body: bytes = b"<feed/>") -> Document:
    """A document with this content."""
    return Document(path, body, ATOM)


def standing(out: Path) -> dict[str, bytes]:
    """Every file below the folder, hidden ones included."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def stamps(out: Path) -> dict[Path, tuple[int, int]]:
    """Inode and mtime of the folder and everything in it."""
    return {path: (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in (out, *out.rglob("*"))}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False) if os.geteuid() == 0 else None
    if mounted is None or mounted.returncode:
        reason = "a small disk can only be mounted by root" + (f": {mounted.stderr}" if mounted else "")
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


# -- what is written ------------------------------------------------------------------------------


def test_documents_stand_at_their_paths(tmp_path: Path) -> None:
    """A missing folder is made, and nothing but the documents is in it."""
    out = tmp_path / "new" / "out"
    published = publish(out, [document("all/atom.xml", b"a"), document("topic/sport/rss.xml", b"b")])
    assert published == Published(("all/atom.xml", "topic/sport/rss.xml"), 0)
    assert standing(out) == {"all/atom.xml": b"a", "topic/sport/rss.xml": b"b"}
    assert not (out / UNFINISHED).exists()


def test_publishing_again_touches_nothing(tmp_path: Path) -> None:
    """Equal documents leave files, folders and their times alone."""
    documents = [document("index.html", b"i"), document("all/atom.xml", b"a")]
    publish(tmp_path, documents)
    before = stamps(tmp_path)
    assert publish(tmp_path, documents) == Published((), 2)
    assert stamps(tmp_path) == before


def test_only_what_differs_is_written(tmp_path: Path) -> None:
    """A document with another byte, of equal length, is replaced, and its neighbour is not."""
    publish(tmp_path, [document("a.xml", b"old"), document("b.xml", b"same")])
    before = stamps(tmp_path)
    assert publish(tmp_path, [document("a.xml", b"new"), document("b.xml", b"same")]) == Published(("a.xml",), 1)
    after = stamps(tmp_path)
    assert standing(tmp_path) == {"a.xml": b"new", "b.xml": b"same"}
    assert [before[tmp_path / name] == after[tmp_path / name] for name in ("a.xml", "b.xml")] == [False, True]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o002, 0o664)])
def test_files_have_the_permissions_of_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    """A web server may read what the user's umask lets it read."""
    before = os.umask(umask)
    try:
        publish(tmp_path, [document("a.xml")])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.xml").stat().st_mode) == mode


def test_a_link_or_a_pipe_in_place_of_a_file_is_replaced(tmp_path: Path) -> None:
    """Nothing is written through a link, and a pipe is never opened."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"<feed/>")
    out = tmp_path / "out"
    out.mkdir()
    (out / "link.xml").symlink_to(elsewhere)
    os.mkfifo(out / "pipe.xml")
    publish(out, [document("link.xml"), document("pipe.xml")])
    assert [stat.S_ISREG((out / name).lstat().st_mode) for name in ("link.xml", "pipe.xml")] == [True, True]
    assert elsewhere.read_bytes() == b"<feed/>"


def test_leftovers_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    """What was never finished goes, also when there is nothing to write."""
    publish(tmp_path, [document("a.xml")])
    (tmp_path / UNFINISHED).mkdir()
    (tmp_path / UNFINISHED / "document").write_bytes(b"<fe")
    publish(tmp_path, [document("a.xml")])
    assert standing(tmp_path) == {"a.xml": b"<feed/>"}
    assert not (tmp_path / UNFINISHED).exists()


# -- what is refused ------------------------------------------------------------------------------


OUTSIDE = (
    *("/etc/passwd", "../a.xml", "all/../../a.xml"),
    *("", ".", "./a.xml", "all//a.xml", "all/", "a\nb", "a\x00b", "\udcff.xml"),
    *(UNFINISHED, f"{UNFINISHED}/a.xml"),
)


@pytest.mark.parametrize("path", OUTSIDE)
def test_paths_outside_are_refused(tmp_path: Path, path: str) -> None:
    """A document's path is plain, relative and inside, for publishing and for withdrawing."""
    out = tmp_path / "out"
    with pytest.raises(PublishError, match="is no path for a document"):
        publish(out, [document(path)])
    with pytest.raises(PublishError, match="is no path for a document"):
        withdraw(out, [path])
    assert standing(tmp_path) == {}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    """A folder that leads elsewhere is not written to, and nothing is removed there."""
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "atom.xml").write_bytes(b"mine")
    (out / "all").symlink_to(elsewhere)
    with pytest.raises(PublishError, match="leads"):
        publish(out, [document("all/atom.xml")])
    with pytest.raises(PublishError, match="leads"):
        withdraw(out, ["all/atom.xml"])
    assert standing(elsewhere) == {"atom.xml": b"mine"}


def test_a_folder_that_is_itself_a_link_is_fine(tmp_path: Path) -> None:
    """`out` may be a link to where the web server looks."""
    real, out = tmp_path / "www", tmp_path / "out"
    real.mkdir()
    out.symlink_to(real)
    publish(out, [document("all/atom.xml")])
    assert standing(real) == {"all/atom.xml": b"<feed/>"}


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    """A file where a folder belongs, or a folder where a file belongs, stays and is told about."""
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(PublishError, match=r"cannot publish into .*out: .*move the file"):
        publish(tmp_path / "out", [])
    (tmp_path / "all").write_bytes(b"mine")
    with pytest.raises(PublishError, match=r"cannot write .*all/atom.xml: .*move the file"):
        publish(tmp_path, [document("all/atom.xml")])
    (tmp_path / "a.xml").mkdir()
    with pytest.raises(PublishError, match=r"cannot write .*a.xml: .*move the folder"):
        publish(tmp_path, [document("a.xml")])
    assert standing(tmp_path) == {"out": b"mine", "all": b"mine"}


# -- what goes wrong ------------------------------------------------------------------------------


def test_a_full_disk_leaves_old_files_whole(small_disk: Path) -> None:
    """When there is no room for the new document the old one stands, with nothing beside it."""
    out = small_disk / "out"
    publish(out, [document("all/atom.xml", b"old")])
    with pytest.raises(PublishError, match=r"all/atom.xml: No space left on device; make room"):
        publish(out, [document("all/atom.xml", b"new" * 100_000)])
    assert standing(out) == {"all/atom.xml": b"old"}
    assert not (out / UNFINISHED).exists()


def test_a_read_only_disk_is_told_about(small_disk: Path) -> None:
    """Nothing can be written, which is said; publishing what stands there already needs no writing."""
    publish(small_disk, [document("a.xml")])
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert publish(small_disk, [document("a.xml")]) == Published((), 1)
    with pytest.raises(PublishError, match=r"a.xml: Read-only file system; .*--out"):
        publish(small_disk, [document("a.xml", b"new")])
    assert standing(small_disk) == {"a.xml": b"<feed/>"}


LIMITED = """
import resource, sys
from pathlib import Path
from feeds.errors import PublishError
from feeds.model import Document
from feeds.publish import publish

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    publish(Path(sys.argv[1]), [Document("a.xml", b"new" * 1000, "")])
except PublishError as error:
    print(error)
"""


def test_a_write_that_breaks_off_leaves_old_files_whole(tmp_path: Path) -> None:
    """A document of which only the beginning could be written does not take the old one's place."""
    publish(tmp_path, [document("a.xml", b"old")])
    run = subprocess.run([sys.executable, "-c", LIMITED, tmp_path], capture_output=True, text=True, check=True)
    assert "a.xml: File too large; raise the limit" in run.stdout
    assert standing(tmp_path) == {"a.xml": b"old"}
    assert not (tmp_path / UNFINISHED).exists()


WITHOUT_END = """
import itertools, sys
from pathlib import Path
from feeds.model import Document
from feeds.publish import publish

for turn in itertools.count():
    letter = b"ab"[turn % 2 : turn % 2 + 1]
    publish(Path(sys.argv[1]), [Document(f"{name}/atom.xml", letter * 300_000, "") for name in range(5)])
    print(turn, flush=True)
"""


@pytest.mark.parametrize("turns", range(1, 6))
def test_a_kill_leaves_whole_files(tmp_path: Path, turns: int) -> None:
    """Killed at any moment, every file is one of the versions that were published, from end to end."""
    with subprocess.Popen([sys.executable, "-c", WITHOUT_END, tmp_path], stdout=subprocess.PIPE) as publisher:
        assert publisher.stdout is not None
        for _ in range(turns):
            publisher.stdout.readline()
        publisher.send_signal(signal.SIGKILL)
    bodies = [(tmp_path / str(name) / "atom.xml").read_bytes() for name in range(5)]
    assert set(bodies) <= {b"a" * 300_000, b"b" * 300_000}
    publish(tmp_path, [document("all/atom.xml")])
    assert not (tmp_path / UNFINISHED).exists()


def test_an_error_among_the_documents_cleans_up(tmp_path: Path) -> None:
    """Documents may be made while they are published; when that fails, those before stand and nothing is left over."""

    def documents() -> Iterator[Document]:
        yield document("a.xml")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(tmp_path, documents())
    assert standing(tmp_path) == {"a.xml": b"<feed/>"}
    assert not (tmp_path / UNFINISHED).exists()


# -- what is withdrawn ----------------------------------------------------------------------------


def test_withdrawn_files_and_emptied_folders_go(tmp_path: Path) -> None:
    """A feed that is no longer wanted leaves nothing behind, and nothing else goes with it."""
    paths = ["topic/sport/atom.xml", "topic/sport/rss.xml", "dateline/moskou/atom.xml"]
    publish(tmp_path, [document(path) for path in (*paths, "topic/politiek/atom.xml")])
    (tmp_path / "dateline/mine.txt").write_bytes(b"mine")
    withdraw(tmp_path, paths)
    assert standing(tmp_path) == {"topic/politiek/atom.xml": b"<feed/>", "dateline/mine.txt": b"mine"}
    assert not (tmp_path / "topic/sport").exists()
    assert not (tmp_path / "dateline/moskou").exists()


def test_withdrawing_what_is_not_there_is_fine(tmp_path: Path) -> None:
    """Withdrawing twice, or from a folder that does not exist, is no error, and the folder itself stays."""
    out = tmp_path / "out"
    withdraw(out, ["a/atom.xml"])
    publish(out, [document("a/atom.xml")])
    withdraw(out, ["a/atom.xml"])
    withdraw(out, ["a/atom.xml"])
    assert list(tmp_path.rglob("*")) == [out]


def test_a_folder_is_never_withdrawn(tmp_path: Path) -> None:
    """Where a folder stands in place of a file, it is told about and stays."""
    (tmp_path / "all/atom.xml").mkdir(parents=True)
    with pytest.raises(PublishError, match=r"cannot remove .*atom.xml"):
        withdraw(tmp_path, ["all/atom.xml"])
    assert (tmp_path / "all/atom.xml").is_dir()
