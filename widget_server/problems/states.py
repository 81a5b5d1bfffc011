"""The life of a problem as one table: states, actions, who may act.

| from | action | by | to |
|---|---|---|---|
| awaiting-confirmation | confirm | reporter | sent, or unserved when nobody serves |
| unserved | assign | staff | sent |
| sent, in-work, answered | take, answer, fix, refuse | service | in-work, answered, fixed, refused |

`closed` comes only from imported reports: closed elsewhere without our knowing more, and never
counted as solved.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from idp.kernel.ground.faults import Conflict


class State(StrEnum):
    """Where a problem stands."""

    AWAITING_CONFIRMATION = "awaiting-confirmation"
    UNSERVED = "unserved"
    SENT = "sent"
    IN_WORK = "in-work"
    ANSWERED = "answered"
    FIXED = "fixed"
    REFUSED = "refused"
    CLOSED = "closed"


class Action(StrEnum):
    """What moves a problem on."""

    REPORT = "report"
    CONFIRM = "confirm"
    SEND = "send"
    KEEP = "keep"
    ASSIGN = "assign"
    TAKE = "take"
    ANSWER = "answer"
    FIX = "fix"
    REFUSE = "refuse"
    IMPORT = "import"


class ActorKind(StrEnum):
    """Who did it, as history tells it: no names."""

    REPORTER = "reporter"
    SERVICE = "service"
    STAFF = "staff"
    SYSTEM = "system"


OPEN = frozenset({State.AWAITING_CONFIRMATION, State.UNSERVED, State.SENT, State.IN_WORK, State.ANSWERED})
AT_SERVICE = frozenset({State.SENT, State.IN_WORK, State.ANSWERED})
DONE = frozenset({State.FIXED, State.REFUSED, State.CLOSED})

_DUE_SOON = timedelta(days=2)
_BY_SERVICE: Mapping[Action, State] = {
    Action.TAKE: State.IN_WORK,
    Action.ANSWER: State.ANSWERED,
    Action.FIX: State.FIXED,
    Action.REFUSE: State.REFUSED,
}
TRANSITIONS: Mapping[tuple[State, Action], State] = {
    (State.AWAITING_CONFIRMATION, Action.CONFIRM): State.SENT,
    (State.UNSERVED, Action.ASSIGN): State.SENT,
    **{(at, action): to for at in AT_SERVICE for action, to in _BY_SERVICE.items() if at is not to},
}


class StepImpossible(Conflict):
    """The problem is in a state from which this action does not lead anywhere."""

    code = "step-impossible"
    title = "This is not possible any more"
    detail = "The report has moved on meanwhile. Reload the page to see where it stands."


def next_state(state: State, action: Action) -> State:
    """Give the state an action leads to; raises StepImpossible."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        raise StepImpossible from None


@dataclass(frozen=True, slots=True)
class Clocks:
    """The two deadlines of a problem and when they were met; a clock not set does not run."""

    answer_due_at: datetime | None
    answered_at: datetime | None
    fix_due_at: datetime | None
    fixed_at: datetime | None

    @property
    def running(self) -> datetime | None:
        """The deadline that runs now: the answer's first, then the fix's."""
        if self.answered_at is None and self.fixed_at is None and self.answer_due_at is not None:
            return self.answer_due_at
        return self.fix_due_at if self.fixed_at is None else None


def badge(state: State, clocks: Clocks, now: datetime) -> str:
    """Give the word that tells a state at a glance: it names an icon, a colour and a text."""
    if state not in AT_SERVICE:
        waiting = {State.AWAITING_CONFIRMATION: "waiting", State.UNSERVED: "waiting", State.CLOSED: "closed"}
        return waiting.get(state, state.value)
    due = clocks.running
    if due is not None and due < now:
        return "overdue"
    if due is not None and due < now + _DUE_SOON:
        return "due-soon"
    return "answered" if state is State.ANSWERED else "in-time"
