"""nginx and Caddy in front, by the configurations that are shipped, changed in nothing but addresses."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import getuser
from pathlib import Path

import pytest
from live import PATIENCE, ROOT, Serve, Server, answers, entry, feed, free_port, wait_for

PATH = "all/atom.xml"
DEPLOY = ROOT / "config" / "deploy"


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    """A program that listens on a port until the block is left."""
    if shutil.which(command[0]) is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{command[0]} is not installed")
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | {"HOME": str(folder)})
    try:
        wait_for(lambda: answers(port) or process.poll() is not None, "the proxy")
        assert process.poll() is None, (folder / "proxy.log").read_text("utf-8")
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def nginx(folder: Path, behind: Server) -> Iterator[str]:
    """The shipped site of nginx on a free port."""
    port = free_port()
    site = (DEPLOY / "nginx.conf").read_text("utf-8").replace("listen 80;", f"listen 127.0.0.1:{port};")
    site = site.replace("127.0.0.1:8080", behind.address.removeprefix("http://"))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    head = f"daemon off; user {getuser()}; pid {folder}/pid; error_log stderr; events {{}}"
    main = f"{head} http {{ access_log off; {temporary}\n{site}}}"
    (folder / "whole.conf").write_text(main, "utf-8")
    with running(["nginx", "-c", str(folder / "whole.conf"), "-p", str(folder)], port, folder):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def caddy(folder: Path, behind: Server) -> Iterator[str]:
    """The shipped site of Caddy on a free port."""
    port = free_port()
    site = (DEPLOY / "Caddyfile").read_text("utf-8").replace("127.0.0.1:8080", behind.address.removeprefix("http://"))
    site = re.sub(r"^feeds\.example", f"http://127.0.0.1:{port}", site, flags=re.MULTILINE)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{site}", "utf-8")
    with running(["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")], port, folder):
        yield f"http://127.0.0.1:{port}"


@pytest.mark.parametrize("proxy", [nginx, caddy])
def test_feeds_pass_through_a_proxy(serve: Serve, tmp_path: Path, proxy: object) -> None:
    """Tags, codings, 304, deltas and errors reach clients as they were; clients are known by their own addresses."""
    behind = serve('[serve]\nproxies = ["127.0.0.1"]\nburst = 30\nrequests_per_second = 1\nmax_age = 0\n')
    behind.put(PATH, feed(*(entry(str(number)) for number in range(9))))
    with (nginx if proxy is nginx else caddy)(tmp_path, behind) as address:
        front = Server(address, behind.process, behind.out)
        for coding in ("identity", "gzip", "br"):
            direct, through = (one.get(f"/{PATH}", Accept_Encoding=coding) for one in (behind, front))
            assert (through.status, through.body, through["etag"]) == (200, direct.body, direct["etag"])
            assert through["content-encoding"] == direct["content-encoding"]
            assert through["link"] == direct["link"]
            assert front.get(f"/{PATH}", Accept_Encoding=coding, If_None_Match=str(through["etag"])).status == 304
        assert front.get(f"/{PATH}", Accept="text/html")["content-type"] == "application/xml; charset=utf-8"
        assert [front.get(path).status for path in ("/nope", "/healthz", "/search/atom.xml")] == [404, 200, 400]
        old = front.get(f"/{PATH}")
        behind.put(PATH, feed(entry("nieuw"), *(entry(str(number)) for number in range(9))))
        changes = front.get(f"/{PATH}", A_IM="feed", If_None_Match=str(old["etag"]))
        assert (changes.status, changes.body) == (226, feed(entry("nieuw")))
        assert {front.get(f"/robots.txt?{number}").status for number in range(60)} == {200}  # 127.0.0.1 is exempt
