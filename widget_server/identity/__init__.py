"""Identity: who a request speaks for, and who may do what in the console.

The window knows a person only by the `sub` it was given: access tokens at the API, a session of
our own pages opened by an ordinary OpenID Connect sign-in, roles of staff by sub. Accounts,
passwords and consents are the provider's; what a role lets one see is the asking slice's.
What needs Flask is imported on first use, so that the rules load without it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from widget_server.identity.rules import (
    Person,
    PersonClaims,
    Role,
    RoleRow,
    SignedIn,
    Staff,
    is_local_path,
    level_of,
    local_path,
)

if TYPE_CHECKING:
    from widget_server.identity.provider import ProviderAway
    from widget_server.identity.queries import granted_roles, staff_of
    from widget_server.identity.routes_persons import (
        NotStaff,
        SessionOver,
        TokenMissing,
        TokenNotAccepted,
        bearer_person,
        bearer_token,
        current_person,
        let_forms_sign_out,
        require_person,
        require_staff,
        userinfo,
    )
    from widget_server.identity.service import grant_role, revoke_role

__all__ = [
    "NotStaff",
    "Person",
    "PersonClaims",
    "ProviderAway",
    "Role",
    "RoleRow",
    "SessionOver",
    "SignedIn",
    "Staff",
    "TokenMissing",
    "TokenNotAccepted",
    "bearer_person",
    "bearer_token",
    "current_person",
    "grant_role",
    "granted_roles",
    "is_local_path",
    "let_forms_sign_out",
    "level_of",
    "local_path",
    "require_person",
    "require_staff",
    "revoke_role",
    "staff_of",
    "userinfo",
]

_LATER = {
    "ProviderAway": "provider",
    "granted_roles": "queries",
    "staff_of": "queries",
    "NotStaff": "routes_persons",
    "SessionOver": "routes_persons",
    "TokenMissing": "routes_persons",
    "TokenNotAccepted": "routes_persons",
    "bearer_person": "routes_persons",
    "bearer_token": "routes_persons",
    "current_person": "routes_persons",
    "let_forms_sign_out": "routes_persons",
    "require_person": "routes_persons",
    "require_staff": "routes_persons",
    "userinfo": "routes_persons",
    "grant_role": "service",
    "revoke_role": "service",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import what stands on Flask or the database when it is first asked for."""
        if name not in _LATER:
            raise AttributeError(name)
        return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
