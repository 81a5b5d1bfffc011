"""The dispatcher: where a visit goes next, decided from stored state alone.

Sign-in and consent never lead to one another; each leaves a proof and returns here. The policy is
the ordered list CHECKS: the first check that asks for something decides, and when none does the
code is issued. Adding a factor is one more check.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from idp.accounts import Person, is_within, told_level
from idp.clients import Client
from idp.consent import is_covered
from idp.sessions import AuthorizationRequest, LiveSession, ParkedVisit


class Need(Enum):
    """What is still missing before the code may be issued."""

    LOGIN = "login"
    REGISTRATION = "registration"
    CHOICE = "choice"
    CONFIRMATION = "confirmation"
    FACTOR = "factor"
    ENROLMENT = "enrolment"
    CONSENT = "consent"
    OTHER_ACCOUNT = "other account"

    @property
    def error(self) -> str:
        """The error for a client that wants no page shown, or for what no page can mend."""
        return _ERRORS[self]


# OpenID Connect Core §3.1.2.6; the last one of Unmet Authentication Requirements 1.0 §2
_ERRORS = {
    Need.LOGIN: "login_required",
    Need.REGISTRATION: "interaction_required",
    Need.CHOICE: "account_selection_required",
    Need.CONFIRMATION: "interaction_required",
    Need.FACTOR: "login_required",
    Need.ENROLMENT: "interaction_required",
    Need.CONSENT: "consent_required",
    Need.OTHER_ACCOUNT: "unmet_authentication_requirements",
}


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
    has_factor: bool = False
    told_sub: str = ""

    @property
    def told_level(self) -> str:
        """The level that the present session may tell."""
        if self.live is None or self.person is None:
            return "L0"
        return told_level(self.person.level, is_strong=self.live.is_strong)

    @property
    def has_just_signed_in(self) -> bool:
        """Say whether the sign-in of this very visit is the present session."""
        proof = self.visit.signed_in_at if self.visit else None
        return proof is not None and self.live is not None and self.live.auth_time >= proof

    @property
    def has_just_consented(self) -> bool:
        """Say whether the person has agreed in this very visit."""
        return self.visit is not None and self.visit.consented_at is not None

    @property
    def was_denied(self) -> bool:
        """Say whether the person has said no."""
        return self.visit is not None and self.visit.denied_at is not None


def is_signed_out(at: Situation) -> Need | None:
    """Nobody is signed in in this browser."""
    return Need.LOGIN if at.live is None or at.person is None else None


def is_registration_asked(at: Situation) -> Need | None:
    """`prompt=create`: once a visit, whoever is signed in; who has an account signs in from there."""
    return Need.REGISTRATION if "create" in at.request.prompt and not at.has_just_signed_in else None


def is_sign_in_asked(at: Situation) -> Need | None:
    """`prompt=login`: once a visit, whoever is signed in."""
    return Need.LOGIN if "login" in at.request.prompt and not at.has_just_signed_in else None


def is_choice_asked(at: Situation) -> Need | None:
    """`prompt=select_account`: once a visit, unless the person has just said who they are."""
    has_chosen = at.has_just_signed_in or (at.visit is not None and at.visit.chosen_at is not None)
    return Need.CHOICE if "select_account" in at.request.prompt and not has_chosen else None


def is_sign_in_too_old(at: Situation) -> Need | None:
    """`max_age`: the real sign-in is longer ago than the client accepts."""
    if at.request.max_age is None or at.live is None or at.has_just_signed_in:
        return None
    age = (at.now - at.live.auth_time).total_seconds()
    return Need.LOGIN if age > at.request.max_age or at.request.max_age == 0 else None


def is_another_person(at: Situation) -> Need | None:
    """`id_token_hint`, or a value of the claim `sub`, names somebody else than who is signed in."""
    hinted = at.request.hinted_sub
    return Need.LOGIN if hinted and at.person and hinted not in (at.person.sub, at.told_sub) else None


def is_level_missing(at: Situation) -> Need | None:
    """`acr_values`: a level that was asked for is within the person's reach, or nothing else will do."""
    best = _best_way(at)
    if not at.request.essential_acr:
        return best if best in (Need.FACTOR, Need.CONFIRMATION) and _may_be_asked(at) else None
    return Need.OTHER_ACCOUNT if best is not None and _has_passed_by(at) else best


def is_consent_asked(at: Situation) -> Need | None:
    """`prompt=consent`: once a visit, also where consent is remembered."""
    return Need.CONSENT if "consent" in at.request.prompt and not at.has_just_consented else None


def is_app_unproved(at: Situation) -> Need | None:
    """An app without a web address: another could pass for it, so each time (RFC 8252 §8.6)."""
    if at.client.application_type != "native" or at.request.redirect_uri.startswith("https://"):
        return None
    return None if at.has_just_consented else Need.CONSENT


def is_consent_missing(at: Situation) -> Need | None:
    """A site that is not ours asks for more than the person has agreed to."""
    if at.client.is_first_party:
        return None
    return None if is_covered(at.request.consent_scope, at.consented) else Need.CONSENT


CHECKS: Sequence[Callable[[Situation], Need | None]] = (
    is_registration_asked,
    is_signed_out,
    is_sign_in_asked,
    is_choice_asked,
    is_sign_in_too_old,
    is_another_person,
    is_level_missing,
    is_consent_asked,
    is_app_unproved,
    is_consent_missing,
)


def next_need(at: Situation) -> Need | None:
    """Give what the first unsatisfied check asks for, or nothing."""
    return next((need for check in CHECKS if (need := check(at))), None)


def _best_way(at: Situation) -> Need | None:
    """Give what stands before the most wanted level that is within reach, or how far off all of them are."""
    ways = [_way_to(level, at) for level in at.request.acr_values]
    within_reach = [way for way in ways if way not in (Need.ENROLMENT, Need.OTHER_ACCOUNT)]
    if within_reach:
        return within_reach[0]
    return Need.ENROLMENT if Need.ENROLMENT in ways else Need.OTHER_ACCOUNT


def _way_to(level: str, at: Situation) -> Need | None:
    """Give what stands between the present session and a level; nothing when it is reached (RFC 9470 §5)."""
    if at.person is None or is_within(at.told_level, level):
        return None
    if is_within(at.person.level, level):
        return Need.FACTOR if at.has_factor else Need.ENROLMENT
    return Need.CONFIRMATION if level == "L1" else Need.OTHER_ACCOUNT


def _may_be_asked(at: Situation) -> bool:
    """Say whether a wish is worth a page: not to a silent client, and not again to who has passed it by."""
    return not _has_passed_by(at) and "none" not in at.request.prompt


def _has_passed_by(at: Situation) -> bool:
    return at.visit is not None and at.visit.stayed_below_at is not None
