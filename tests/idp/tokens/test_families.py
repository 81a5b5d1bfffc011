"""The rules of refresh families, as properties: whatever order tokens come in, one child lives."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from idp.kernel.ground.ids import new_id
from idp.tokens import Verdict, judge, read_refresh_token, refresh_token

GRACE = timedelta(seconds=20)
NOON = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


@given(st.binary(min_size=32, max_size=32), st.uuids(), st.integers(0, 2**32 - 1))
def test_a_token_is_read_back_and_proved(secret: bytes, grant_id: UUID, generation: int) -> None:
    presented = read_refresh_token(refresh_token(secret, grant_id, generation))
    assert presented
    assert (presented.grant_id, presented.generation) == (grant_id, generation)
    assert presented.is_of(secret)
    assert not presented.is_of(bytes(32) if any(secret) else b"x" * 32)


@given(st.text())
def test_any_text_is_read_or_is_no_token(text: str) -> None:
    read = read_refresh_token(text)
    assert read is None or not read.is_of(bytes(32))


class Family(RuleBasedStateMachine):
    """A client, a thief and a clock present tokens of one family in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.begin()

    def begin(self) -> None:
        """Open a family."""
        self.secret, self.grant_id = b"s" * 32, new_id()
        self.present, self.now = 0, NOON
        self.rotated_at: datetime | None = None
        self.is_dead = False
        self.told = {0}

    @precondition(lambda self: not self.is_dead)
    @rule(back=st.integers(0, 3), seconds=st.sampled_from([0, 1, 19, 20, 21, 3600]))
    def come(self, back: int, seconds: int) -> None:
        """Present the token of some generations ago, some seconds later."""
        self.now += timedelta(seconds=seconds)
        generation = max(0, self.present - back)
        verdict = judge(generation, self.present, rotated_at=self.rotated_at, grace=GRACE, now=self.now)
        if verdict is Verdict.ROTATE:
            assert generation == self.present
            self.present, self.rotated_at = self.present + 1, self.now
            self.told.add(self.present)
        elif verdict is Verdict.REPEAT:
            assert generation == self.present - 1
            assert self.rotated_at is not None
            assert self.now - self.rotated_at < GRACE
        else:
            assert generation < self.present
            self.is_dead = True

    @precondition(lambda self: self.is_dead)
    @rule()
    def sign_in_again(self) -> None:
        """Open another family when this one is dead."""
        self.begin()

    @invariant()
    def one_child_lives(self) -> None:
        """Of all tokens told, exactly one would rotate; none is ahead of it."""
        rotating = [
            generation for generation in self.told
            if judge(generation, self.present, rotated_at=self.rotated_at, grace=GRACE, now=self.now)
            is Verdict.ROTATE
        ]  # fmt: skip
        assert rotating == [self.present] == [max(self.told)]


Family.TestCase.settings = settings(max_examples=40, stateful_step_count=20)
TestFamily = Family.TestCase
