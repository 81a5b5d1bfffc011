"""Identity: who a request speaks for, and who may do what in the console.

The window knows a person only by the `sub` it was given: access tokens at the API, a session of
our own pages opened by an ordinary OpenID Connect sign-in, roles of staff by sub. Accounts,
passwords and consents are the provider's; what a role lets one see is the asking slice's.
What needs Flask is imported on first use, so that the rules load without it.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later
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

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        provider=("ProviderAway",),
        queries=("granted_roles", "staff_of"),
        routes_persons=(
            "NotStaff",
            "SessionOver",
            "TokenMissing",
            "TokenNotAccepted",
            "bearer_person",
            "bearer_token",
            "current_person",
            "let_forms_sign_out",
            "require_person",
            "require_staff",
            "userinfo",
        ),
        service=("grant_role", "revoke_role"),
    )
