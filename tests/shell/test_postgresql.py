"""PostgreSQL as the store: a real server, and the same promises as with SQLite."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import gethostname

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from clusters import Cluster, programs
from daemons import Site, fill, rows, tree, until
from sqlalchemy import text

from feeds.store.engine import open_store
from feeds.store.migrate import migrate
from feeds.store.schema import metadata

SITES = Path(__file__).parents[2] / "config/sites"
PLAIN = ("-T", "template0", "--locale-provider=libc", "--locale=C")
CONFIG = "[selection]\nentries = 5\n"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A server."""
    found = programs()
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("PostgreSQL is not installed")
    with Cluster(found) as started:
        yield started


@pytest.fixture
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """An empty database."""
    return cluster.database(f"feeds_{abs(hash(request.node.name)):x}")


@pytest.fixture
def at_postgresql(tmp_path: Path, url: str) -> Site:
    """An inbox with two hundred pages, archives, and the store in PostgreSQL."""
    site = Site(tmp_path / "site", environment={"FEEDS_STORE": url})
    site.configure(CONFIG)
    return site


def plain(url: str) -> str:
    """The URL as PostgreSQL's own programs take it."""
    return url.replace("+psycopg", "")


def locks(url: str) -> int:
    """How many advisory locks are held."""
    with psycopg.connect(plain(url)) as other:
        return other.execute("SELECT FROM pg_locks WHERE locktype = 'advisory'").rowcount


def kill_when_it_writes(table: str, site: Site, url: str) -> None:
    """Start a build and kill it in the transaction that writes a table, if it comes to that."""
    touched = (
        "SELECT FROM pg_locks JOIN pg_class ON pg_class.oid = relation "
        f"WHERE relname = '{table}' AND mode = 'RowExclusiveLock'"
    )
    building = subprocess.Popen(site.command("build"), env=site.env(), cwd=site.folder, stderr=subprocess.DEVNULL)
    with psycopg.connect(plain(url), autocommit=True) as other:
        until(lambda: other.execute(touched).rowcount > 0 or building.poll() is not None, table)
    building.kill()
    building.wait()


def test_rows_are_read_on_from_where_they_were_left_off(at_postgresql: Site) -> None:
    """A file of rows that grows between two builds, with a bad one: the bytes of one clean build, and nothing left."""
    lines = list(rows(60))
    for some in (lines[:30], [b"bad\n", *lines[30:]]):
        with (at_postgresql.inbox / "crawl.jsonl").open("ab") as file:
            file.writelines(some)
        assert "30 new, 0 seen" in at_postgresql.run("build").stderr
    assert "0 new, 60 seen" in at_postgresql.run("build").stderr
    assert tree(at_postgresql.out) == at_postgresql.clean()


def test_the_bytes_are_those_of_sqlite(at_postgresql: Site) -> None:
    """Dumps taken in by halves give what one clean build into SQLite gives; then nothing is left to do."""
    for number in (90, 200):
        fill(at_postgresql.inbox, number)
        done = at_postgresql.run("build")
        assert done.returncode == 0, done.stderr
    assert tree(at_postgresql.out) == at_postgresql.clean()
    assert any("/archive/" in path for path in tree(at_postgresql.out))
    again = at_postgresql.run("build")
    assert "dumps: 0 new, 200 seen, 0 failed; stories: 0 new, 0 updated; feeds: 0 written" in again.stderr
    assert at_postgresql.run("check").returncode == 0


def test_ids_outlive_the_words_they_were_made_from(at_postgresql: Site) -> None:
    """A file is read to its end, then a profile reads it otherwise: one id, found by `explain`, and no tombstone."""
    lead = "De brug over het kanaal blijft tot na de zomer dicht omdat eeŋ schip de pijlers raakte."
    text = f"Markt\n\nMarkt\n\nEr is markt.\n\nMeer uit Goes\n\nBrug dicht\n\nGOES (ANP) - {lead}\n\n1 uur geleden"
    profile = (SITES / "zeelandnet.toml").read_text("utf-8")
    dump = at_postgresql.inbox / "20260303120000.txt"
    tombstones = at_postgresql.out / "tombstones.atom.xml"
    leads, ids = set(), set()
    for size, repairs in ((-40, ""), (None, ""), (None, '"ŋ" = "n"\n')):
        dump.write_text(text[:size], "utf-8")
        (at_postgresql.folder / "sites").mkdir(exist_ok=True)
        changed = profile.replace("[repairs]\n", f"[repairs]\n{repairs}")
        (at_postgresql.folder / "sites/zeelandnet.toml").write_text(changed, "utf-8")
        done = at_postgresql.run("build")
        assert done.returncode == 0, done.stderr
        told = [json.loads(line) for line in at_postgresql.run("stories", "--json").stdout.splitlines()]
        [bridge] = [one for one in told if one["headline"] == "Brug dicht"]
        leads.add(bridge["summary"])
        ids.add(bridge["id"])
        assert at_postgresql.run("explain", bridge["id"]).returncode == 0
        assert b"deleted-entry" not in tombstones.read_bytes()
    assert (len(leads), len(ids)) == (3, 1)


def test_migrations_make_the_same_tables(url: str) -> None:
    """Tables, columns, types and collations are those of `schema.metadata`, and texts compare by their bytes."""
    migrate(url, wait=1)
    with closing(open_store(url, write=True, wait=1)) as store, store.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        asked = text(
            "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE data_type = 'text' "
            "AND table_schema = current_schema() AND collation_name IS DISTINCT FROM 'C'"
        )
        assert list(connection.scalars(asked)) == []


def test_a_killed_build_is_taken_up(at_postgresql: Site, url: str) -> None:
    """Whenever it is killed, the next build ends as one clean build does, and the lock is nobody's any more."""
    fill(at_postgresql.inbox, 200)
    for table in ("captures", "stories", "documents"):
        kill_when_it_writes(table, at_postgresql, url)
    done = at_postgresql.run("build")
    assert done.returncode == 0, done.stderr
    assert tree(at_postgresql.out) == at_postgresql.clean()


def test_a_second_writer_says_who_holds_the_store(at_postgresql: Site) -> None:
    """One instance for each store: the second waits, then names the first, and changes nothing."""
    fill(at_postgresql.inbox, 20)
    at_postgresql.configure(f"{CONFIG}[limits]\nlock_seconds = 1\n")
    with at_postgresql.started() as daemon:
        daemon.settled(20)
        before = tree(at_postgresql.out)
        second = at_postgresql.run("build")
        assert second.returncode == 2
        assert f"in use by process {daemon.process.pid} on {gethostname()}" in second.stderr
        assert "s3cret" not in second.stderr
        assert tree(at_postgresql.out) == before
        assert daemon.stop() == 0
    assert at_postgresql.run("build").returncode == 0


def test_a_daemon_outlives_its_server(at_postgresql: Site, cluster: Cluster, url: str) -> None:
    """While the server is away that is said; when it is back the daemon goes on by itself, and holds the lock again."""
    fill(at_postgresql.inbox, 20)
    with at_postgresql.started() as daemon:
        daemon.settled(20)
        cluster.stop()
        try:
            fill(at_postgresql.inbox, 40)
            until(lambda: daemon.health()["status"] != "ok", f"the trouble to be told; {daemon.tail()}")
            assert "s3cret" not in str(daemon.log)
        finally:
            cluster.start()
        daemon.settled(40)
        until(lambda: daemon.health()["status"] == "ok", f"all well; {daemon.tail()}")
        assert locks(url) == 1
        assert daemon.stop() == 0
    assert tree(at_postgresql.out) == at_postgresql.clean()


def test_stories_are_found_and_withdrawn_beside_a_daemon(at_postgresql: Site) -> None:
    """A search finds what was just taken in; the daemon that holds the store withdraws a story and restores it."""
    fill(at_postgresql.inbox, 20)
    with at_postgresql.started() as daemon:
        daemon.settled(20)
        status, found = daemon.get("/search/feed.json?q=topic:Buitenland")
        assert status == 200
        listed = at_postgresql.run("stories", "--json").stdout.splitlines()
        assert len(listed) > 20
        identity = listed[0].split('"')[3]
        assert identity.startswith("tag:")
        withdrawn = at_postgresql.run("withdraw", identity, "--reason", "fout")
        assert withdrawn.returncode == 0, withdrawn.stderr
        assert len(at_postgresql.run("stories", "--json").stdout.splitlines()) == len(listed) - 1
        assert at_postgresql.run("restore", identity).returncode == 0
        assert at_postgresql.run("stories", "--json").stdout.splitlines() == listed
        fill(at_postgresql.inbox, 40)
        daemon.settled(40)
        assert daemon.get("/search/feed.json?q=topic:Buitenland")[1] != found
        daemon.process.send_signal(signal.SIGTERM)


@pytest.mark.parametrize("lacking", ["database", "server"])
def test_what_is_wrong_is_said(at_postgresql: Site, url: str, lacking: str) -> None:
    """A database or server that is not there is said in one line, without the password; exit code 2."""
    wrong = url.replace("/feeds_", "/missing_") if lacking == "database" else f"{url}-nowhere"
    done = at_postgresql.run("build", "--store", wrong)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "see that the server runs, has this database and lets this user in" in done.stderr
    assert "s3cret" not in done.stderr


def test_other_tables_are_left_alone(url: str, at_postgresql: Site) -> None:
    """A database that belongs to something else is refused, and not changed."""
    with psycopg.connect(plain(url), autocommit=True) as other:
        other.execute("CREATE TABLE theirs (id int)")
        done = at_postgresql.run("build")
        assert done.returncode == 2
        assert "belongs to something else" in done.stderr
        tables = other.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        assert tables.fetchall() == [("theirs",)]


def test_a_build_that_lost_its_lock_stops(at_postgresql: Site, url: str) -> None:
    """It does not write beside another that may hold the lock now; the next build ends as one clean build does."""
    fill(at_postgresql.inbox, 300)
    building = subprocess.Popen(
        at_postgresql.command("build"),
        env=at_postgresql.env(),
        cwd=at_postgresql.folder,
        stderr=subprocess.PIPE,
        text=True,
    )
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
    with psycopg.connect(plain(url), autocommit=True) as other:
        until(lambda: other.execute(ended).rowcount > 0, "the lock")
    said = building.communicate()[1]
    assert building.returncode == 2
    assert "the lock on the store was lost" in said
    assert at_postgresql.run("build").returncode == 0
    assert tree(at_postgresql.out) == at_postgresql.clean()


def test_who_waits_for_tables_gives_up(at_postgresql: Site, url: str) -> None:
    """Tables that another session has locked are waited for as long as configured, not for ever."""
    fill(at_postgresql.inbox, 5)
    assert at_postgresql.run("build").returncode == 0
    at_postgresql.configure(f"{CONFIG}[limits]\nlock_seconds = 1\n")
    with psycopg.connect(plain(url)) as other:
        other.execute("LOCK TABLE wishes, files")
        done = at_postgresql.run("build")
    assert done.returncode == 2
    assert "the store is locked by another session" in done.stderr


def test_a_database_without_every_letter_is_refused(cluster: Cluster, at_postgresql: Site) -> None:
    """It would lose dumps with other letters; it is left empty."""
    for encoding in ("SQL_ASCII", "LATIN1"):
        url = cluster.database(f"feeds_{encoding.lower()}", *PLAIN, "-E", encoding)
        done = at_postgresql.run("build", "--store", url)
        assert done.returncode == 2
        assert "make one with ENCODING 'UTF8'" in done.stderr
        assert len(done.stderr.splitlines()) == 1


def test_a_database_without_schema_is_refused(at_postgresql: Site, url: str) -> None:
    """That there is nowhere to make tables is not taken for a lock that another holds."""
    done = at_postgresql.run("build", "--store", f"{url}&options=-csearch_path%3Dnowhere")
    assert done.returncode == 2
    assert "no schema" in done.stderr
