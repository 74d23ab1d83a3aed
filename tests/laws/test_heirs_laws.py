"""A published id outlives the wording that it was made from: when pages are read otherwise, or to their end."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from houses import House, drop, workshop
from hypothesis import given, settings
from hypothesis import strategies as st
from readings import (
    BRIDGE,
    HEADLINES,
    LEADS,
    LEVEL,
    LOCK,
    NOON,
    REPAIRS,
    STEM,
    dump,
    found,
    ids,
    page,
    seen,
    tombs,
    under,
)

from feeds.build.withdrawing import restore, withdraw
from feeds.errors import UsageError
from feeds.reading import explain
from feeds.serve.memory import Memory
from feeds.serve.moves import Gone, Moved, what_became_of


def clean_build(house: House, inbox: Path) -> list[str]:
    """What a clean build with the same configuration tells, without ids."""
    house.build(inbox)
    return house.nameless()


@pytest.mark.parametrize("chain", [REPAIRS[1:2], REPAIRS[1:], (REPAIRS[1], REPAIRS[2], REPAIRS[1])])
def test_a_profile_that_reads_a_lead_otherwise_changes_no_id(
    empty_store: Path, chain: tuple[tuple[tuple[str, str], ...], ...]
) -> None:
    """However often it changes, ids stay, all else is as a clean build tells it; back again, nothing has happened."""
    with workshop(empty_store) as (inbox, house):
        living, clean = house("living"), house("clean")
        drop(inbox, dump(0, page(("Brug dicht", BRIDGE), ("Peil omlaag", LEVEL))))
        drop(
            inbox, dump(1, page(("Sluis dicht", LOCK), ("Brug dicht", BRIDGE), article=("Haven", "Er is morgen vis.")))
        )
        living.build(inbox)
        before, first = ids(living), living.stories()
        out = living.out()
        for repairs in chain:
            now = under(living, repairs)
            now.build(inbox)
            read = {title.replace("ŋ", repairs[0][1]): name for title, name in before.items()}
            assert read != before
            assert ids(now) == read
            assert tombs(now) == set()
            assert [found(now, name) for name in before.values()] == list(before.values())
        assert under(living, chain[-1]).nameless() == clean_build(under(clean, chain[-1]), inbox)
        living.build(inbox)
        assert living.stories() == first
        assert living.out() == out
        assert tombs(living) == set()


def test_a_dateline_that_is_learned_changes_no_id(empty_store: Path) -> None:
    """Where a credit was part of the lead and is none any more, the wording has little in common but its place."""
    with workshop(empty_store) as (inbox, house):
        living = house("living")
        text = page(("Brug dicht", BRIDGE)).replace("GOES (ANP) - De brug", "Goes (QQQ) - De brug")
        drop(inbox, dump(0, text))
        living.build(inbox)
        [(before, name)] = [(title, name) for title, name in ids(living).items() if "Brug" in title]
        sites = tuple(replace(site, credits=(*site.credits, "QQQ")) for site in living.config.sites)
        living = replace(living, config=replace(living.config, sites=sites))
        living.build(inbox)
        [(after, same)] = [(title, name) for title, name in ids(living).items() if "Brug" in title]
        assert after != before
        assert same == name
        assert tombs(living) == set()


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_that_was_read_unfinished_keeps_its_ids(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch, killed: bool
) -> None:
    """The text that it ends with is read to its end later, as the same story; also where that build is interrupted."""
    whole = page(("Peil omlaag", LEVEL), ("Brug dicht", BRIDGE))
    with workshop(empty_store) as (inbox, house):
        living, clean = house("living"), house("clean")
        living.build(drop(inbox, dump(0, whole), whole.index(" schip de pijlers")))
        before = ids(living)
        path = drop(inbox, dump(0, whole))
        if killed:

            def interrupted(*_: object) -> None:
                raise KeyboardInterrupt

            with monkeypatch.context() as patched:
                patched.setattr("feeds.build.bequeath", interrupted)
                with pytest.raises(KeyboardInterrupt):
                    living.build(path)
        living.build(path)
        cut = next(name for title, name in before.items() if title.startswith("Brug"))
        assert set(before.values()) <= set(ids(living).values())
        assert ids(living)[f"Brug dicht: {BRIDGE}"] == cut
        assert tombs(living) == set()
        assert living.nameless() == clean_build(clean, inbox)


def test_an_id_that_was_published_in_between_becomes_an_alias(
    empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Feeds may be written before heirs are found, when a wish is granted: then the older id comes back, for both."""
    with workshop(empty_store) as (inbox, house):
        living = house("living")
        drop(inbox, dump(0, page(("Brug dicht", BRIDGE), ("Peil omlaag", LEVEL))))
        living.build(inbox)
        [name] = [one for title, one in ids(living).items() if title.startswith("Brug")]
        living = under(living, REPAIRS[1])
        with monkeypatch.context() as patched:
            patched.setattr("feeds.build.bequeath", lambda *_: None)
            living.build(inbox)
        [other] = [one for title, one in ids(living).items() if title.startswith("Brug")]
        assert other != name
        assert tombs(living) == set()
        living.build(inbox)
        assert name in ids(living).values()
        assert (found(living, name), found(living, other)) == (name, name)
        assert tombs(living) == {other[-16:]}


def test_an_id_goes_back_to_the_wording_that_it_was_made_from(empty_store: Path) -> None:
    """It stands elsewhere again, on a page that shows its heir as well: two stories, and the id is that of its own."""
    cut = page(("Peil omlaag", LEVEL), ("Brug dicht", STEM)).rpartition(STEM)[0] + STEM
    with workshop(empty_store) as (inbox, house):
        living, clean = house("living"), house("clean")
        living.build(drop(inbox, dump(0, page(("Peil omlaag", LEVEL), ("Brug dicht", BRIDGE))), len(cut)))
        [name] = [one for title, one in ids(living).items() if title.startswith("Brug")]
        living.build(drop(inbox, dump(0, page(("Peil omlaag", LEVEL), ("Brug dicht", BRIDGE)))))
        assert ids(living)[f"Brug dicht: {BRIDGE}"] == name
        both = page(("Peil omlaag", LEVEL), ("Brug dicht", STEM), article=("Brug dicht", BRIDGE))
        living.build(drop(inbox, dump(1, both.rpartition(STEM)[0] + STEM)))
        now = ids(living)
        assert [title for title, one in now.items() if one == name] == [f"Brug dicht: {STEM}"]
        assert now[f"Brug dicht: {BRIDGE}"] != name
        assert found(living, name) == name
        assert tombs(living) == set()
        assert living.nameless() == clean_build(clean, inbox)


def test_an_id_whose_heir_has_an_older_one_is_its_alias(empty_store: Path) -> None:
    """What could begin two stories stood alone; read to its end it is one of them, and found there under its id."""
    with workshop(empty_store) as (inbox, house):
        living, clean = house("living"), house("clean")
        living.build(drop(inbox, dump(0, page(("Schip raakt brug", BRIDGE), ("Sluis dicht", LOCK)))))
        older = ids(living)
        whole = page(("Peil omlaag", LEVEL), ("Brug dicht", BRIDGE), article=("Haven", "Er is morgen vis."))
        living.build(drop(inbox, dump(1, whole), whole.index(" schip de pijlers")))
        [cut] = [name for title, name in ids(living).items() if title.startswith("Brug dicht")]
        assert cut not in older.values()
        living.build(drop(inbox, dump(1, whole)))
        [bridge] = [name for title, name in older.items() if title.startswith("Schip raakt brug")]
        assert found(living, cut) == bridge
        assert cut not in ids(living).values()
        assert tombs(living) == {cut[-16:]}
        assert bridge.encode() in (living.config.out / "tombstones.atom.xml").read_bytes()
        assert living.nameless() == clean_build(clean, inbox)


def test_what_is_gone_for_good_gets_its_tombstone(empty_store: Path) -> None:
    """A text that stands nowhere any more, with nothing like it in its place, is withdrawn as ever."""
    whole = page(("Peil omlaag", LEVEL), ("Brug dicht", STEM))
    with workshop(empty_store) as (inbox, house):
        living = house("living")
        drop(inbox, dump(0, whole))
        living.build(inbox)
        [name] = [one for title, one in ids(living).items() if title.startswith("Brug")]
        limits = replace(living.config.limits, max_teasers=1)
        living = replace(living, config=replace(living.config, limits=limits))
        living.build(inbox)
        assert tombs(living) == {name[-16:]}
        with pytest.raises(UsageError, match="withdrawn"):
            explain(living.store, living.config, name)


def test_a_withdrawn_story_stays_away_in_other_words(empty_store: Path) -> None:
    """Withdrawn under one profile, it is hidden under another, at its addresses too, until it is restored there."""
    with workshop(empty_store) as (inbox, house):
        living = house("living")
        drop(inbox, dump(0, page(("Brug dicht", BRIDGE), ("Peil omlaag", LEVEL))))
        living.build(inbox)
        name = ids(living)[f"Brug dicht: {BRIDGE}"]
        withdraw(living.store, living.config, name, "Op verzoek", NOON)
        living = under(living, REPAIRS[1])
        living.build(inbox)
        assert not any(name.encode() in body for body in living.out().values())
        assert name.encode() in (living.config.out / "tombstones.atom.xml").read_bytes()
        with closing(Memory(living.config.store)) as memory:
            address = f"/story/{name[-16:]}/"
            assert what_became_of(address, memory, living.config) == Gone("Op verzoek")
            restore(living.store, living.config, name)
            assert isinstance(what_became_of(address, memory, living.config), Moved)
        assert name in ids(living).values()
        assert any(name.encode() in body for body in living.out().values())


def test_a_story_is_withdrawn_while_it_bears_a_withdrawn_id(empty_store: Path) -> None:
    """What is read to its end as part of another story takes that away with it, until it stands for itself again."""
    with workshop(empty_store) as (inbox, house):
        living = house("living")
        living.build(drop(inbox, dump(0, page(("Schip raakt brug", BRIDGE), ("Sluis dicht", LOCK)))))
        [bridge] = [name for title, name in ids(living).items() if title.startswith("Schip raakt brug")]
        whole = page(("Peil omlaag", LEVEL), ("Brug dicht", BRIDGE), article=("Haven", "Er is morgen vis."))
        living.build(drop(inbox, dump(1, whole), whole.index(" schip de pijlers")))
        [cut] = [name for title, name in ids(living).items() if title.startswith("Brug dicht")]
        withdraw(living.store, living.config, cut, "Op verzoek", NOON)
        assert any(bridge.encode() in body for body in living.out().values())
        living.build(drop(inbox, dump(1, whole)))
        assert not any(bridge.encode() in body for body in living.out().values())
        both = page(("Peil omlaag", LEVEL), ("Brug dicht", BRIDGE), article=("Brug dicht", BRIDGE))
        living.build(drop(inbox, dump(2, both), both.rindex(" schip de pijlers")))
        assert not any(cut.encode() in body for body in living.out().values())
        assert any(bridge.encode() in body for body in living.out().values())


@st.composite
def pages(draw: st.DrawFn) -> str:
    """A page with an article and a list; its items are so few that they often meet."""
    item = st.tuples(st.sampled_from(HEADLINES), st.sampled_from(LEADS))
    return page(*draw(st.lists(item, max_size=3)), article=draw(item))


@settings(max_examples=12, deadline=None)
@given(texts=st.lists(pages(), min_size=1, max_size=4), data=st.data())
def test_no_published_id_is_lost(empty_store: Path, texts: list[str], data: st.DataObject) -> None:
    """Dumps are completed, profiles change: every id is found or has a tombstone, and all else is a clean build's.

    A story that is seen where it was, only read otherwise, has the id that it had.
    """
    with workshop(empty_store) as (inbox, house):
        living, clean, published = house("living"), house("clean"), set[str]()

        def build(*paths: Path) -> None:
            living.build(*paths)
            published.update(ids(living).values())
            there, buried = set(ids(living).values()), tombs(living)
            for name in sorted(published):
                try:
                    assert found(living, name) in there
                except UsageError:
                    assert name not in there
                    assert name[-16:] in buried
                assert (name[-16:] in buried) == (name not in there)

        for number, text in enumerate(texts):
            one = dump(number, text)
            size = data.draw(st.none() | st.integers(len(text) // 3, len(text)), label="unfinished")
            if size is not None:
                build(drop(inbox, one, size))
            living = under(living, data.draw(st.sampled_from(REPAIRS), label="profile"))
            if data.draw(st.booleans(), label="all read again before"):
                before = seen(living)
                build()
                assert all(before.get(places, name) == name for places, name in seen(living).items())
            build(drop(inbox, one))
        assert living.nameless() == clean_build(under(clean, living.config.sites[0].repairs), inbox)
