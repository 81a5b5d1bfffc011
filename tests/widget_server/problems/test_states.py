"""The table of states: what leads where, what the badge says, which clock runs."""

from datetime import UTC, datetime, timedelta

import pytest

from widget_server.problems.states import (
    AT_SERVICE,
    DONE,
    OPEN,
    TRANSITIONS,
    Action,
    Clocks,
    State,
    StepImpossible,
    badge,
    next_state,
)

NOW = datetime(2026, 6, 10, 9, tzinfo=UTC)
DAY = timedelta(days=1)
NO_CLOCKS = Clocks(None, None, None, None)
LEADS = {
    ("awaiting-confirmation", "confirm"): "sent",
    ("unserved", "assign"): "sent",
    ("sent", "take"): "in-work",
    ("sent", "answer"): "answered",
    ("sent", "fix"): "fixed",
    ("sent", "refuse"): "refused",
    ("in-work", "answer"): "answered",
    ("in-work", "fix"): "fixed",
    ("in-work", "refuse"): "refused",
    ("answered", "take"): "in-work",
    ("answered", "fix"): "fixed",
    ("answered", "refuse"): "refused",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_each_state_and_action_leads_where_the_table_says(state: State, action: Action) -> None:
    expected = LEADS.get((state.value, action.value))
    if expected is None:
        with pytest.raises(StepImpossible):
            next_state(state, action)
    else:
        assert next_state(state, action).value == expected


def test_table_has_no_other_rows() -> None:
    assert len(TRANSITIONS) == len(LEADS)


def test_every_state_is_open_or_done() -> None:
    assert set(State) == OPEN | DONE
    assert not OPEN & DONE
    assert AT_SERVICE < OPEN


def test_nothing_leads_out_of_done() -> None:
    assert not [state for state, _ in TRANSITIONS if state in DONE]


def test_clocks_run_one_after_the_other() -> None:
    answer, fix = NOW + DAY, NOW + 2 * DAY
    assert Clocks(answer, None, fix, None).running == answer
    assert Clocks(answer, NOW, fix, None).running == fix
    assert Clocks(answer, NOW, fix, NOW).running is None
    assert Clocks(answer, None, fix, NOW).running is None
    assert Clocks(answer, NOW, None, None).running is None
    assert Clocks(None, None, fix, None).running == fix
    assert NO_CLOCKS.running is None


@pytest.mark.parametrize(
    ("state", "days", "word"),
    [
        ("awaiting-confirmation", -1, "waiting"),
        ("unserved", -1, "waiting"),
        ("sent", 3, "in-time"),
        ("sent", 1, "due-soon"),
        ("sent", -1, "overdue"),
        ("in-work", 3, "in-time"),
        ("in-work", -1, "overdue"),
        ("answered", 3, "answered"),
        ("answered", 1, "due-soon"),
        ("answered", -1, "overdue"),
        ("fixed", -1, "fixed"),
        ("refused", -1, "refused"),
        ("closed", -1, "closed"),
    ],
)
def test_badge_follows_state_and_clock(state: str, days: int, word: str) -> None:
    due = NOW + days * DAY
    answered = NOW - DAY if state == "answered" else None
    assert badge(State(state), Clocks(due, answered, due, None), NOW) == word


def test_badge_changes_at_the_last_second() -> None:
    clocks = Clocks(NOW, None, None, None)
    assert badge(State.SENT, clocks, NOW) == "due-soon"
    assert badge(State.SENT, clocks, NOW + timedelta(microseconds=1)) == "overdue"


def test_badge_without_a_promise_is_in_time() -> None:
    assert badge(State.SENT, NO_CLOCKS, NOW) == "in-time"
