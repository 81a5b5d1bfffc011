"""Rows of foreign files, judged without a database."""

import csv
import io
from datetime import UTC, datetime
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.problems import State
from widget_server.problems.imports.mapping import UnusableMapping, read_mapping
from widget_server.problems.imports.rows import ImportDraft, MissingColumns, Reason, RowReader
from widget_server.problems.imports.run import import_rows
from widget_server.routing import shipped_catalogue

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
HEADER = ["n", "kind", "sub", "words", "where", "lat", "lon", "open", "shut", "how"]
MAPPING = """
source = "old-portal"
partner = "dobro"
region = "50"
time_zone = "Europe/Moscow"

[columns]
id = "n"
category = ["kind", "sub"]
text = ["words"]
address = "where"
lat = "lat"
lon = "lon"
created = "open"
closed = "shut"
state = "how"

[states]
"Открыто" = "in-work"
"Закрыто" = "closed"
"Решено" = "fixed"

[categories]
"Дороги" = "roads.pothole"
"Дороги / Разметка" = "roads.marking"
"""
GOOD = {
    "n": "7",
    "kind": "Дороги",
    "sub": "Ямы",
    "words": "Яма",
    "where": "ул. Ленина, 1",
    "lat": "55,1",
    "lon": "38.7",
    "open": "2026-01-05 10:00",
    "shut": "",
    "how": "открыто",
}


@cache
def catalogue():
    return shipped_catalogue()


@cache
def mapping(extra=""):
    return read_mapping(extra + MAPPING, catalogue())


def text_of(*rows):
    out = io.StringIO()
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue()


def judged(*rows, extra=""):
    reader = RowReader(io.StringIO(text_of(*rows), newline=""), mapping(extra), now=NOW)
    return [row.verdict for row in reader]


def verdict(extra="", **changed):
    return judged([{**GOOD, **changed}[name] for name in HEADER], extra=extra)[0]


def test_good_row_becomes_a_draft():
    draft = verdict()
    assert isinstance(draft, ImportDraft)
    assert (draft.external_id, draft.state, draft.category) == ("7", State.IN_WORK, "roads.pothole")
    assert (draft.lon, draft.lat) == (38.7, 55.1)
    assert draft.created_at == datetime(2026, 1, 5, 7, tzinfo=UTC)
    assert draft.closed_at is None


def test_own_zone_of_a_time_wins():
    assert verdict(open="2026-01-05T10:00:00Z").created_at.hour == 10


def test_exact_category_wins_over_general():
    assert verdict(sub="разметка").category == "roads.marking"


def test_default_category_takes_the_rest():
    assert verdict('default_category = "yards.cleaning"\n', kind="Прочее").category == "yards.cleaning"


def test_closed_time_of_open_row_is_dropped():
    assert verdict(shut="2026-01-06 10:00").closed_at is None


def test_time_format_reads_foreign_times():
    assert verdict('time_format = "%d.%m.%Y"\n', open="05.01.2026").created_at.day == 4


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"n": "  "}, Reason.NO_ID),
        ({"n": "7" * 121}, Reason.TOO_LONG),
        ({"words": "я" * 4001}, Reason.TOO_LONG),
        ({"words": "я" * 1_000_000}, Reason.TOO_LONG),
        ({"where": "я" * 301}, Reason.TOO_LONG),
        ({"open": ""}, Reason.BAD_TIME),
        ({"open": "вчера"}, Reason.BAD_TIME),
        ({"open": "0001-01-01 00:00"}, Reason.BAD_TIME),
        ({"open": "2036-01-01 00:00"}, Reason.BAD_TIME),
        ({"shut": "31.02"}, Reason.BAD_TIME),
        ({"shut": "2026-01-05 09:59", "how": "закрыто"}, Reason.CLOSES_BEFORE_IT_OPENS),
        ({"how": "Отложено"}, Reason.UNKNOWN_STATE),
        ({"kind": "Прочее"}, Reason.UNKNOWN_CATEGORY),
        ({"lat": ""}, Reason.NO_PLACE),
        ({"lat": "0.0", "lon": "0"}, Reason.NO_PLACE),
        ({"lat": "91"}, Reason.BAD_PLACE),
        ({"lon": "nan"}, Reason.BAD_PLACE),
        ({"lon": "восток"}, Reason.BAD_PLACE),
    ],
)
def test_bad_row_has_its_reason(changed, reason):
    assert verdict(**changed) is reason


def test_too_few_cells_are_bad_columns():
    assert judged(["7", "Дороги"]) == [Reason.BAD_COLUMNS]


def test_second_row_of_a_number_is_rejected():
    first, second = judged(*[[GOOD[name] for name in HEADER]] * 2)
    assert isinstance(first, ImportDraft)
    assert second is Reason.DUPLICATE_ID


def test_rejected_row_takes_no_number():
    bad, good = judged(
        [{**GOOD, "lat": ""}[name] for name in HEADER],
        [GOOD[name] for name in HEADER],
    )
    assert bad is Reason.NO_PLACE
    assert isinstance(good, ImportDraft)


def test_control_characters_leave_the_text():
    assert verdict(words="Яма\x00\u202eамЯ").description == "ЯмаамЯ"


def test_missing_columns_are_named():
    with pytest.raises(MissingColumns) as told:
        RowReader(io.StringIO("n,kind\n"), mapping(), now=NOW)
    assert "lat" in told.value.names


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"roads.marking"', '"roads.nowhere"', "roads.nowhere"),
        ('"in-work"', '"awaiting-confirmation"', "awaiting-confirmation"),
        ('"in-work"', '"open"', "states"),
        ("Europe/Moscow", "Mars/Crater", "Mars/Crater"),
        ('id = "n"', 'number = "n"', "columns.id"),
        ("[columns]", "[columns", ""),
        ('source = "old-portal"', 'source = "old-portal"\nencoding = "klingon"', "klingon"),
    ],
)
def test_unusable_mapping_says_why(old, new, told):
    with pytest.raises(UnusableMapping) as unusable:
        read_mapping(MAPPING.replace(old, new), catalogue())
    assert told in str(unusable.value)


cells = st.text(max_size=12) | st.sampled_from(list(GOOD.values()))


@settings(max_examples=50)
@given(st.lists(st.lists(cells, min_size=9, max_size=11), max_size=12))
def test_every_row_is_counted_once(rows):
    reader = RowReader(io.StringIO(text_of(*rows), newline=""), mapping(), now=NOW)
    kept = []
    *_, tally = import_rows(reader, store=len, reject=lambda cells, reason: kept.append(reason))
    assert tally.read == tally.imported + tally.already_there + tally.rejected
    assert len(kept) == tally.rejected
