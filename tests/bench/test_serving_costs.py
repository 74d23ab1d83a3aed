"""What an answer costs, beside nginx serving the same folder in the same run (`-m big -s`).

Each server has one core to itself and `wrk` the other, by turns. On a machine that does other things too, rates say
more of those than of the servers, so what is compared is the processor time that a request takes: on a core of its own
that is the rate.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from getpass import getuser
from http.client import HTTPConnection
from pathlib import Path

import pytest
from live import Server, answers, entry, feed, free_port, serving, wait_for

pytestmark = pytest.mark.big

PATH = "all/atom.xml"
ROUNDS = 3
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What `wrk` and the kernel saw: requests a second, microseconds of processor time each, the 99th percentile."""

    rate: float
    microseconds: float
    p99: str


@contextmanager
def nginx(folder: Path) -> Iterator[tuple[int, int]]:
    """A tuned nginx over the same folder: its port and the process that works."""
    port = free_port()
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = f"""
        daemon off; user {getuser()}; worker_processes 1; pid {folder}/pid; error_log stderr;
        events {{ worker_connections 1024; }}
        http {{ access_log off; {paths} types {{ application/atom+xml xml; }}
            gzip_static on; open_file_cache max=100; keepalive_requests 100000000; sendfile on; tcp_nopush on;
            server {{ listen 127.0.0.1:{port}; root {folder}/out; }} }}"""
    (folder / "nginx.conf").write_text(config, "utf-8")
    process = subprocess.Popen(["taskset", "-c", "0", "nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        wait_for(lambda: answers(port), "nginx")
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("ascii").split()
        yield port, int(children[0])
    finally:
        process.terminate()
        process.wait()


def loaded(port: int, pid: int, header: str) -> Load:
    """What three seconds of requests with a header cost."""
    command = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        "-c64",
        "-d3",
        "--latency",
        "-H",
        header,
        f"http://127.0.0.1:{port}/{PATH}",
    ]
    before = ticks(pid)
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    spent = ticks(pid) - before
    assert "Non-2xx" not in said or "If-None-Match" in header
    done = re.search(r"(\d+) requests in", said)
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", said), re.search(r"99%\s+(\S+)", said)
    assert done is not None
    assert rate is not None
    assert p99 is not None
    return Load(float(rate[1]), spent / TICKS / int(done[1]) * 1e6, p99[1])


def ticks(pid: int) -> int:
    """The processor time that a process has had."""
    words = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return int(words[11]) + int(words[12])


def tag(port: int, coding: str = "identity") -> str:
    """The tag that a server gives the feed."""
    connection = HTTPConnection("127.0.0.1", port)
    connection.request("HEAD", f"/{PATH}", headers={"Accept-Encoding": coding})
    found = str(connection.getresponse().headers["etag"])
    connection.close()
    return found


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of a feed of 60 kB, on the first core."""
    for program in ("wrk", "nginx", "taskset"):
        if shutil.which(program) is None:
            pytest.fail(f"{program} is not installed")
    with serving(tmp_path) as server:
        words = (Path(__file__).parents[2] / "README.md").read_text("utf-8").split()
        entries = (entry(f"bericht-{number}", " ".join(words[number * 9 :][:150])) for number in range(50))
        body = feed(*entries)[:60_000]
        server.put(PATH, body)
        (server.out / f"{PATH}.gz").write_bytes(gzip.compress(body, 6))
        subprocess.run(["taskset", "-a", "-p", "-c", "0", str(server.process.pid)], capture_output=True, check=True)
        yield server


def test_answers_cost_little_more_than_those_of_nginx(server: Server, tmp_path: Path) -> None:
    """304s at 0.40 of nginx's rate or better, a gzipped feed of 60 kB at 0.45 or better."""
    ours = int(server.address.rpartition(":")[2])
    ratios: dict[str, list[float]] = {"304": [], "gzip": []}
    with nginx(tmp_path) as (theirs, worker):
        for kind in list(ratios) * ROUNDS:
            header = {port: f"If-None-Match: {tag(port)}" for port in (ours, theirs)}
            if kind == "gzip":
                header = dict.fromkeys(header, "Accept-Encoding: gzip")
            mine = loaded(ours, server.process.pid, header[ours])
            nginxs = loaded(theirs, worker, header[theirs])
            ratios[kind].append(nginxs.microseconds / mine.microseconds)
            print(f"\n{kind}: {mine}, nginx: {nginxs}; rates 1:{mine.rate / nginxs.rate:.2f}")
    print({kind: [round(one, 2) for one in found] for kind, found in ratios.items()})
    assert sorted(ratios["304"])[ROUNDS // 2] >= 0.40
    assert sorted(ratios["gzip"])[ROUNDS // 2] >= 0.45
