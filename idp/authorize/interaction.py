"""The dispatcher: where a visit goes next, decided from stored state alone.

Sign-in and consent never lead to one another; each leaves a proof and returns here. The policy is
the ordered list CHECKS: the first check that asks for something decides, and when none does the
code is issued. Adding a factor is one more check.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from idp.accounts import Person
from idp.clients import Client
from idp.sessions import AuthorizationRequest, LiveSession, ParkedVisit


class Need(Enum):
    """What is still missing, with the error that `prompt=none` gets (OpenID Connect Core §3.1.2.6)."""

    LOGIN = "login_required"
    CONSENT = "consent_required"


@dataclass(frozen=True)
class Situation:
    """All that the policy looks at."""

    request: AuthorizationRequest
    client: Client
    visit: ParkedVisit | None
    live: LiveSession | None
    person: Person | None
    consented: frozenset[str]
    now: datetime

    @property
    def has_just_signed_in(self) -> bool:
        """Say whether the sign-in of this very visit is the present session."""
        proof = self.visit.signed_in_at if self.visit else None
        return proof is not None and self.live is not None and self.live.auth_time >= proof

    @property
    def was_denied(self) -> bool:
        """Say whether the person has said no."""
        return self.visit is not None and self.visit.denied_at is not None


def is_signed_out(at: Situation) -> Need | None:
    """Nobody is signed in in this browser."""
    return Need.LOGIN if at.live is None or at.person is None else None


def is_sign_in_asked(at: Situation) -> Need | None:
    """`prompt=login` or `select_account`: once a visit, whoever is signed in."""
    asked = {"login", "select_account"} & set(at.request.prompt)
    return Need.LOGIN if asked and not at.has_just_signed_in else None


def is_sign_in_too_old(at: Situation) -> Need | None:
    """`max_age`: the real sign-in is longer ago than the client accepts."""
    if at.request.max_age is None or at.live is None or at.has_just_signed_in:
        return None
    age = (at.now - at.live.auth_time).total_seconds()
    return Need.LOGIN if age > at.request.max_age or at.request.max_age == 0 else None


def is_another_person(at: Situation) -> Need | None:
    """`id_token_hint` names somebody else than who is signed in."""
    hinted = at.request.hinted_sub
    return Need.LOGIN if hinted and at.person and at.person.sub != hinted else None


def is_consent_asked(at: Situation) -> Need | None:
    """`prompt=consent`: once a visit, also where consent is remembered."""
    has_consented = at.visit is not None and at.visit.consented_at is not None
    return Need.CONSENT if "consent" in at.request.prompt and not has_consented else None


def is_consent_missing(at: Situation) -> Need | None:
    """A site that is not ours asks for more than the person has agreed to."""
    if at.client.is_first_party:
        return None
    return None if set(at.request.consent_scope) <= at.consented else Need.CONSENT


CHECKS: Sequence[Callable[[Situation], Need | None]] = (
    is_signed_out,
    is_sign_in_asked,
    is_sign_in_too_old,
    is_another_person,
    is_consent_asked,
    is_consent_missing,
)


def next_need(at: Situation) -> Need | None:
    """Give what the first unsatisfied check asks for, or nothing."""
    return next((need for check in CHECKS if (need := check(at))), None)
