"""Sessions: who is signed in in which browser, and the visits on their way through sign-in.

Owns the parked request, because sign-in and consent read it; what is decided about it is `authorize`'s.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .methods import CODE, DEVICE_KEY, PASSWORD, PRESENCE, SEVERAL, SHARED_KEY, is_strong, joined
from .requests import AuthorizationRequest

if TYPE_CHECKING:
    from .browsers import browser_words
    from .queries import (
        LiveSession,
        account_of_session,
        find_session,
        is_open_session,
        is_session_live,
        sessions_of,
    )
    from .routes_cookies import (
        browser_secret,
        carry,
        current_session,
        drop_session,
        ensure_browser,
        plant_browser,
        session_in,
        sign_in_here,
        visit_in,
    )
    from .service import (
        NewSession,
        confirm_session,
        end_session,
        end_sessions_of,
        see_session,
        start_session,
        strengthen_session,
    )
    from .visits import (
        ParkedVisit,
        VisitOver,
        bind,
        find_visit,
        finish,
        is_unbound,
        park,
        prove_choice,
        prove_consent,
        prove_denial,
        prove_sign_in,
        prove_staying_below,
    )

__all__ = [
    "CODE",
    "DEVICE_KEY",
    "PASSWORD",
    "PRESENCE",
    "SEVERAL",
    "SHARED_KEY",
    "AuthorizationRequest",
    "LiveSession",
    "NewSession",
    "ParkedVisit",
    "VisitOver",
    "account_of_session",
    "bind",
    "browser_secret",
    "browser_words",
    "carry",
    "confirm_session",
    "current_session",
    "drop_session",
    "end_session",
    "end_sessions_of",
    "ensure_browser",
    "find_session",
    "find_visit",
    "finish",
    "is_open_session",
    "is_session_live",
    "is_strong",
    "is_unbound",
    "joined",
    "park",
    "plant_browser",
    "prove_choice",
    "prove_consent",
    "prove_denial",
    "prove_sign_in",
    "prove_staying_below",
    "see_session",
    "session_in",
    "sessions_of",
    "sign_in_here",
    "start_session",
    "strengthen_session",
    "visit_in",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        browsers=("browser_words",),
        queries=(
            "LiveSession",
            "account_of_session",
            "find_session",
            "is_open_session",
            "is_session_live",
            "sessions_of",
        ),
        service=(
            "NewSession",
            "confirm_session",
            "end_session",
            "end_sessions_of",
            "see_session",
            "start_session",
            "strengthen_session",
        ),
        visits=(
            "ParkedVisit",
            "VisitOver",
            "bind",
            "find_visit",
            "finish",
            "is_unbound",
            "park",
            "prove_choice",
            "prove_consent",
            "prove_denial",
            "prove_sign_in",
            "prove_staying_below",
        ),
        routes_cookies=(
            "browser_secret",
            "carry",
            "current_session",
            "drop_session",
            "ensure_browser",
            "plant_browser",
            "session_in",
            "sign_in_here",
            "visit_in",
        ),
    )
