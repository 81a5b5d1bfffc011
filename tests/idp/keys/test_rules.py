"""Which key signs now, which stands ready, when the next one is due: time alone decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from idp.keys.rules import (
    Rhythm,
    RingKey,
    due_algorithms,
    missing_algorithms,
    ready_key,
    signing_key,
    standing,
    stopped_at,
)

NOW = datetime(2026, 6, 10, tzinfo=UTC)
DAY = timedelta(days=1)
RHYTHM = Rhythm(90 * DAY, timedelta(hours=1))
OLD = RingKey("old", "ES256", NOW - 90 * DAY, NOW - 90 * DAY, None, None, {}, b"x")
PRESENT = replace(OLD, kid="present", signs_at=NOW - 5 * DAY)
READY = replace(OLD, kid="ready", signs_at=NOW + timedelta(minutes=30))
RING = (OLD, PRESENT, READY)


def test_newest_whose_time_has_come_signs():
    assert signing_key(RING, "ES256", NOW) == PRESENT
    assert signing_key(RING, "ES256", READY.signs_at) == READY
    assert signing_key(RING, "RS256", NOW) is None


def test_clock_that_is_behind_still_finds_a_key():
    assert signing_key(RING, "ES256", NOW - 100 * DAY) == OLD
    assert signing_key((READY,), "ES256", NOW) == READY
    assert ready_key((READY,), "ES256", NOW) is None


def test_key_moves_from_ready_to_retired():
    assert [standing(key, RING, NOW) for key in RING] == ["retired", "signing", "ready"]
    assert [standing(key, RING, READY.signs_at) for key in RING] == ["retired", "retired", "signing"]
    assert stopped_at(OLD, RING) == PRESENT.signs_at
    assert stopped_at(READY, RING) is None


def test_taken_out_key_signs_no_more():
    retired, revoked = replace(PRESENT, retired_at=NOW), replace(PRESENT, revoked_at=NOW)
    for ring in ((OLD, retired, READY), (OLD, revoked, READY)):
        assert signing_key(ring, "ES256", NOW) == OLD
    assert standing(revoked, (revoked,), NOW) == "revoked"
    assert missing_algorithms((revoked,)) == ["ES256", "RS256"]


def test_next_key_is_due_before_the_present_one_ends():
    end = PRESENT.signs_at + RHYTHM.period
    assert due_algorithms((PRESENT,), RHYTHM, end - RHYTHM.overlap - DAY) == []
    assert due_algorithms((PRESENT,), RHYTHM, end - RHYTHM.overlap) == ["ES256"]
    assert due_algorithms((PRESENT, replace(READY, signs_at=end)), RHYTHM, end - RHYTHM.overlap) == []
