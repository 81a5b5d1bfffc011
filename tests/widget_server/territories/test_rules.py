"""Checks and differences of territory drafts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon, box

from widget_server.territories.rules import Level, TerritoryDraft, check, code_of, differences


def draft(code: str = "a", geometry=None, level: Level = Level.DISTRICT, name: str = "А") -> TerritoryDraft:
    return TerritoryDraft(code, level, name, "A", geometry if geometry is not None else box(0, 0, 1, 1))


BOW_TIE = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])


@pytest.mark.parametrize(
    ("name", "prefix", "code"),
    [
        ("rajon Arbat", "msk", "msk-rajon-arbat"),
        ("rajon Zamoskvorech'e", "msk", "msk-rajon-zamoskvoreche"),
        ("Municipal'nyj okrug № 75", "spb", "spb-municipalnyj-okrug-no-75"),
        ("Khanty–Mansi Autonomous Okrug – Yugra", "", "khanty-mansi-autonomous-okrug-yugra"),
        ("Sakha (Yakutia) Republic", "ru", "ru-sakha-yakutia-republic"),
    ],
)
def test_codes_come_from_latin_names(name, prefix, code):
    assert code_of(name, prefix=prefix) == code


@given(st.text(max_size=40))
def test_codes_are_stable_and_plain(name):
    once = code_of(name, prefix="x")
    assert once == code_of(name, prefix="x")
    assert once.replace("-", "").isascii()
    assert code_of(once) == once


def test_sound_drafts_pass_unchanged():
    drafts = (draft("a"), draft("b", box(2, 0, 3, 1)))
    assert check(drafts).drafts == drafts
    assert not check(drafts).findings


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (draft(""), "no name or code"),
        (draft(name=""), "no name"),
        (draft(geometry=Point(1, 1)), "not a polygon"),
        (draft(geometry=Polygon()), "empty"),
        (draft(geometry=box(4_000_000, 7_000_000, 4_000_100, 7_000_100)), "WGS84"),
        (draft(geometry=box(0, 0, 1, 91)), "WGS84"),
    ],
)
def test_unusable_draft_is_an_error(bad, words):
    checked = check([bad])
    assert checked.has_errors
    assert checked.drafts == ()
    assert words in checked.findings[0].message


def test_repair_is_reported():
    checked = check([draft(geometry=BOW_TIE)])
    assert [finding.severity for finding in checked.findings] == ["repaired"]
    assert checked.drafts[0].geometry.is_valid


def test_repeated_code_is_an_error():
    checked = check([draft("a"), draft("a", box(2, 2, 3, 3))])
    assert checked.findings[0].evidence == {"times": 2}
    assert checked.has_errors


def test_overlap_within_level_is_warned():
    checked = check([draft("a"), draft("b", box(0.5, 0, 1.5, 1))])
    assert [(f.severity, f.evidence["other"]) for f in checked.findings] == [("warning", "b")]


@pytest.mark.parametrize(
    "other",
    [
        draft("b", box(0.995, 0, 2, 1)),
        draft("b", box(1, 0, 2, 1)),
        draft("b", box(0, 0, 5, 5), level=Level.REGION),
    ],
)
def test_slivers_and_other_levels_pass(other):
    assert not check([draft("a"), other]).findings


def test_difference_names_every_kind():
    before = [draft("gone"), draft("same"), draft("moved")]
    after = [draft("same"), draft("moved", box(0, 0, 2, 2)), draft("new")]
    found = differences(before=before, after=after)
    assert (found.added, found.changed, found.removed, found.unchanged) == (
        ("new",),
        ("moved",),
        ("gone",),
        ("same",),
    )


@given(st.permutations(["a", "b", "c", "d"]), st.integers(0, 4))
def test_difference_ignores_order_and_start(codes, kept):
    drafts = [draft(code, MultiPolygon([box(0, 0, 1, 1), box(3, 3, 4, 4)])) for code in codes]
    turned = [draft(code, MultiPolygon([box(3, 3, 4, 4), box(0, 0, 1, 1)])) for code in codes[:kept]]
    found = differences(before=drafts, after=turned)
    assert not found.added
    assert not found.changed
    assert len(found.removed) == 4 - kept


def test_levels_rank_from_small_to_large():
    assert [level.rank for level in Level] == [0, 1, 2, 3]
