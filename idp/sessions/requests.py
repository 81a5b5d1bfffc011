"""The authorization request as a value: made by the pipeline once, read by every later step.

It lives here, below sign-in and consent, because all of them read it and only `authorize` makes it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that passed every check (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

    `scope` holds what the client may have of what it asked; `claims` names members that the
    `claims` parameter asks of userinfo; `hinted_sub` is whom a verified id_token_hint names;
    `acr_values` are the levels asked for, the most wanted first, and `essential_acr` says that the
    client takes nothing else. `id_token_claims` names members that the `claims` parameter asks of the
    ID token, `resources` the audiences asked for (RFC 8707 §2). `pushed` is the key of the pushed
    request that it came by (RFC 9126).
    """

    client_id: str
    redirect_uri: str
    scope: tuple[str, ...]
    state: str | None = None
    nonce: str | None = None
    code_challenge: str | None = None
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    login_hint: str = ""
    ui_language: str | None = None
    claims: tuple[str, ...] = ()
    consent_scope: tuple[str, ...] = ()
    hinted_sub: str | None = None
    response_mode: str = "query"
    acr_values: tuple[str, ...] = ()
    essential_acr: bool = False
    id_token_claims: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    pushed: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Give the form in which the request is parked."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "AuthorizationRequest":
        """Read a parked request back."""
        values: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in data.items()}
        return cls(**values)
