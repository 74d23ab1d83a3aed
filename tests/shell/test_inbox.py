"""What a scan finds and what reading does, with real files."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from feeds.dumps.inbox import Found, scan
from feeds.dumps.text import Vanished, read_bytes, read_sidecar_bytes
from feeds.errors import DumpError, UsageError

LIMIT = 10_000
ROOT = Path(__file__).parents[2]
IMPORTS = """import json, os
from pathlib import Path
from feeds.dumps.inbox import scan
from feeds.dumps.text import read_bytes
from feeds.errors import DumpError
"""


def dump(path: Path, data: bytes = b"x") -> Path:
    """A file with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def names(root: Path, found: list[Found]) -> list[str]:
    """The paths found, below the root."""
    return [os.fsdecode(os.path.relpath(one.path, os.fsencode(root))) for one in found]


def look(root: Path) -> list[Found]:
    """Everything that a scan finds."""
    return list(scan(root, LIMIT))


def troubles(root: Path) -> dict[str, str | None]:
    """The trouble of each path found."""
    found = look(root)
    return dict(zip(names(root, found), (one.trouble for one in found), strict=True))


def as_nobody(code: str, *arguments: str) -> str:
    """What a script prints that runs without the rights of root."""
    drop = "if os.getuid() == 0: os.setuid(65534)\n"
    run = subprocess.run(
        [sys.executable, "-c", f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{IMPORTS}{drop}{code}", *arguments],
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout.strip()


def test_dumps_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    """All of a folder is found, recursively, sorted by the bytes of the whole paths."""
    wanted = ["b.txt", "a/z.txt", "a-b.txt", "a.txt", "a/b/c.TXT", "é.txt", "B.txt"]
    for name in wanted:
        dump(tmp_path / name)
    found = look(tmp_path)
    assert names(tmp_path, found) == sorted(wanted, key=os.fsencode)
    assert all(one.trouble is None for one in found)


def test_what_is_no_dump_is_left_alone(tmp_path: Path) -> None:
    """Hidden, temporary and other files, and hidden folders, are not listed."""
    for name in (".a.txt", "b.txt.part", "b.txt.tmp", "b.txt~", ".git/c.txt", "d.html", "e.txt.meta.json", "txt", "f"):
        dump(tmp_path / name)
    assert look(tmp_path) == []


def test_a_folder_may_be_called_like_a_dump(tmp_path: Path) -> None:
    """A folder called x.txt is a folder."""
    dump(tmp_path / "x.txt" / "y.txt")
    assert troubles(tmp_path) == {"x.txt/y.txt": None}


def test_a_file_that_is_named_itself_is_a_dump(tmp_path: Path) -> None:
    """The ending of a named file does not matter; its sidecar still belongs to it and is none itself."""
    page = dump(tmp_path / "page.dat")
    (tmp_path / "page.dat.meta.json").write_text("{}")
    (found,) = look(page)
    assert found.path == os.fsencode(page)
    assert found.sidecar is not None
    assert look(tmp_path / "page.dat.meta.json") == []


@pytest.mark.parametrize("name", [".page.txt", "page.part", "page.tmp", "page.txt~"])
def test_an_unfinished_file_is_left_alone_even_if_it_is_named(tmp_path: Path, name: str) -> None:
    """`feeds build folder/*` takes in what `feeds build folder` does."""
    assert look(dump(tmp_path / name)) == []


def test_paths_are_absolute_and_unresolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative root gives absolute paths by the way that was named, through links too."""
    dump(tmp_path / "real" / "a.txt")
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path)
    assert [one.path for one in look(Path("link"))] == [os.fsencode(tmp_path / "link" / "a.txt")]


def test_nothing_at_the_root_is_a_usage_error(tmp_path: Path) -> None:
    """A root that is not there is said at once, before anything is asked of the scan."""
    with pytest.raises(UsageError, match="No such file"):
        scan(tmp_path / "missing", LIMIT)
    with pytest.raises(UsageError, match="null"):
        scan(Path("a\0b"), LIMIT)


def test_the_signature_changes_with_the_file(tmp_path: Path) -> None:
    """An untouched file keeps its signature; content, time or a replacement change it."""
    page = dump(tmp_path / "a.txt")
    os.utime(page, ns=(0, 1_700_000_000_123_456_789))
    (first,) = look(tmp_path)
    assert look(tmp_path) == [first]
    assert first.mtime == 1_700_000_000_123_456
    assert first.size == 1
    os.utime(page, ns=(0, 1_700_000_000_123_456_788))
    (touched,) = look(tmp_path)
    assert touched.signature != first.signature
    dump(tmp_path / "new", b"y").rename(page)
    assert look(tmp_path)[0].signature != touched.signature


def test_a_sidecar_is_attached_to_its_dump(tmp_path: Path) -> None:
    """A sidecar is seen before and after its dump comes, and each of its changes shows."""
    beside = dump(tmp_path / "a.txt.meta.json", b"{}")
    assert look(tmp_path) == []
    dump(tmp_path / "a.txt")
    dump(tmp_path / "b.txt")
    first, other = look(tmp_path)
    assert first.sidecar is not None
    assert other.sidecar is None
    beside.write_bytes(b'{"url": null}')
    assert look(tmp_path)[0].sidecar != first.sidecar
    assert look(tmp_path)[0].signature == first.signature
    assert read_sidecar_bytes(first.path) == b'{"url": null}'
    with pytest.raises(Vanished):
        read_sidecar_bytes(other.path)


def test_a_strange_sidecar_is_seen_and_refused_unopened(tmp_path: Path) -> None:
    """A sidecar that is a FIFO or leads nowhere does not stop its dump; reading it says what it is."""
    first, second, third = (dump(tmp_path / name) for name in ("a.txt", "b.txt", "c.txt"))
    os.mkfifo(tmp_path / "a.txt.meta.json")
    (tmp_path / "b.txt.meta.json").symlink_to("nowhere")
    (tmp_path / "c.txt.meta.json").mkdir()
    found = look(tmp_path)
    assert [one.trouble for one in found] == [None, None, None]
    assert [one.sidecar is None for one in found] == [False, False, True]
    for page, reason in ((first, "FIFO"), (second, "dangling"), (third, "folder")):
        with pytest.raises(DumpError, match=reason):
            read_sidecar_bytes(os.fsencode(page))


def test_what_is_no_file_is_named_and_never_opened(tmp_path: Path) -> None:
    """FIFOs, sockets, devices and links that lead nowhere are trouble, and the others are still found."""
    dump(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "fifo.txt")
    (tmp_path / "null.txt").symlink_to(os.devnull)
    (tmp_path / "dangling.txt").symlink_to("nowhere")
    (tmp_path / "through.txt").symlink_to("a.txt/b")
    (tmp_path / "self.txt").symlink_to("self.txt")
    (tmp_path / "loop").symlink_to("loop")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.txt"))
        assert troubles(tmp_path) == {
            "a.txt": None,
            "dangling.txt": "a dangling link",
            "fifo.txt": "a FIFO, never opened",
            "loop": "a circular link",
            "null.txt": "a device, never opened",
            "s.txt": "a socket, never opened",
            "self.txt": "a circular link",
            "through.txt": "a dangling link",
        }


def test_trouble_at_the_root_is_trouble_too(tmp_path: Path) -> None:
    """A named FIFO or dangling link is found with its trouble, like one in a folder."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to("nowhere")
    assert [one.trouble for one in look(tmp_path / "fifo")] == ["a FIFO, never opened"]
    assert [one.trouble for one in look(tmp_path / "link")] == ["a dangling link"]


def test_circles_of_links_end(tmp_path: Path) -> None:
    """A link to a folder around it is a circular link; a folder that two links reach is read once."""
    dump(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "up").symlink_to("..")
    (tmp_path / "in" / "here.txt").symlink_to(".")
    (tmp_path / "other").symlink_to("in")
    circular = "a circular link"
    assert troubles(tmp_path) == {"in/a.txt": None, "in/here.txt": circular, "in/up": circular}


def test_too_large_is_said_unread(tmp_path: Path) -> None:
    """A file over the bound is trouble; one at the bound is not. Reading keeps the bound by itself."""
    dump(tmp_path / "a.txt", b"x" * LIMIT)
    with dump(tmp_path / "b.txt").open("r+b") as sparse:
        sparse.truncate(200_000_000)
    first, second = look(tmp_path)
    assert first.trouble is None
    assert second.trouble == "too large: 200000000 bytes, the bound is 10000"
    assert len(read_bytes(first.path, LIMIT)) == LIMIT
    for limit in (LIMIT - 1, 0):
        with pytest.raises(DumpError, match="too large"):
            read_bytes(first.path, limit)


def test_every_name_is_found_and_read(tmp_path: Path) -> None:
    """Newlines and bytes that are no UTF-8 in a name are names like any other."""
    strange = [os.fsencode(tmp_path) + b"/" + name for name in (b"a\nb.txt", b"\xff\xfe.txt", b" .txt")]
    for path in strange:
        Path(os.fsdecode(path)).write_bytes(b"page")
    found = look(tmp_path)
    assert {one.path for one in found} == set(strange)
    assert [read_bytes(one.path, LIMIT) for one in found] == [b"page"] * 3


def test_a_file_that_vanishes_is_no_trouble(tmp_path: Path) -> None:
    """What is gone after the listing is left out; what is gone after the scan is Vanished when read."""
    for name in ("a.txt", "b.txt", "c/d.txt", "e.txt"):
        dump(tmp_path / name)
    walk = scan(tmp_path, LIMIT)
    first = next(walk)
    (tmp_path / "a.txt").unlink()
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c" / "d.txt").unlink()
    (tmp_path / "c").rmdir()
    assert names(tmp_path, list(walk)) == ["e.txt"]
    with pytest.raises(Vanished):
        read_bytes(first.path, LIMIT)


def test_a_fifo_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    """What took a file's place after the scan is looked at again before it is read, and never waited for."""
    os.mkfifo(tmp_path / "a.txt")
    (tmp_path / "b.txt").mkdir()
    (tmp_path / "c.txt").symlink_to("nowhere")
    for name, reason in (("a.txt", "FIFO"), ("b.txt", "folder"), ("c.txt", "dangling")):
        with pytest.raises(DumpError, match=reason):
            read_bytes(os.fsencode(tmp_path / name), LIMIT)


def test_a_file_whose_size_is_not_known_is_read_whole() -> None:
    """A file that says it has no bytes is read to its end, as one that grows is."""
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("there is no /proc")
    assert b"\nPid:" in read_bytes(os.fsencode(status), LIMIT)
    with pytest.raises(DumpError, match="too large"):
        read_bytes(os.fsencode(status), 10)


def test_what_may_not_be_read_is_said() -> None:
    """An unreadable file and an unreadable folder are named with the reason, and the others are still found."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        dump(Path(folder, "a.txt")).chmod(0)
        dump(Path(folder, "b", "x.txt"))
        dump(Path(folder, "c.txt")).chmod(0o644)
        Path(folder, "b").chmod(0)
        printed = as_nobody(
            """
found = list(scan(Path(sys.argv[1]), 1000))
try:
    said = read_bytes(found[0].path, 1000).decode()
except DumpError as error:
    said = str(error)
print(json.dumps([[os.path.basename(one.path).decode(), one.trouble] for one in found] + [said]))
""",
            folder,
        )
        Path(folder, "b").chmod(0o755)
    assert json.loads(printed) == [
        ["a.txt", None],
        ["b", "a folder that cannot be listed: Permission denied"],
        ["c.txt", None],
        "cannot be read: Permission denied",
    ]


def test_a_scan_changes_nothing(tmp_path: Path) -> None:
    """Neither the content nor the times of a dump change by being found and read."""
    page = dump(tmp_path / "a.txt", b"page")
    before = page.stat()
    (found,) = look(tmp_path)
    read_bytes(found.path, LIMIT)
    after = page.stat()
    assert (before.st_mtime_ns, before.st_ctime_ns) == (after.st_mtime_ns, after.st_ctime_ns)
