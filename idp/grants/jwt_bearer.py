"""JWT bearer grants (RFC 7523 §2.1): a site of the operator's trust names a person, and signs that.

The assertion is signed by the client's own registered key, lives two minutes at most, and is good
once. Whom its `sub` means is said in one place, `account_meant`; what the site may do stays within
what the person has agreed to. No ID token and no refresh token come of it: nobody has signed in here.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from idp.accounts import LEVELS, find_person
from idp.clients import Client, use_assertion, verify_client_token
from idp.consent import consented_scope
from idp.kernel.crypto.jose import LEEWAY_SECONDS, TokenRefused, check_assertion
from idp.kernel.ground.ids import new_id, parse_id
from idp.kernel.work.floor import Floor
from idp.settings import ProviderSettings, settings_of
from idp.tokens import Issue, Mandate, audience_of, open_grant

from .errors import invalid_scope, invalid_target, unauthorized_client
from .requests import TokenRequest
from .rules import OFFLINE_ACCESS, Granted

_OF_SIGN_INS = frozenset({"openid", OFFLINE_ACCESS})
_LONGEST_JTI = 512


def exchange(request: TokenRequest, client: Client, floor: Floor, *, now: datetime) -> Granted | None:
    """Exchange an assertion for an access token; nothing for one that is not good.

    Raises TokenError for a client that the operator has not marked as trusted, and for too much.
    """
    if not (client.is_first_party or client.is_verified):
        raise unauthorized_client()
    settings = settings_of(floor)
    audience = audience_of(
        (settings.api_audience, *client.resources),
        request.resources or (settings.api_audience,),
        api_audience=settings.api_audience,
    )
    if audience is None:
        raise invalid_target()
    claims = _verified(request.assertion, client, floor, now)
    if claims is None:
        return None
    with floor.db.writing() as session:
        return _open(session, request, client, claims, audience, settings, now)


def account_meant(session: Session, client: Client, sub: object) -> UUID | None:
    """Give the account that a client means by a subject: the one by which it knows the person from us.

    A pairwise subject cannot be turned back, so it means nobody here.
    """
    if not isinstance(sub, str) or client.subject_type != "public":
        return None
    account_id = parse_id(sub)
    person = find_person(session, account_id) if account_id else None
    return person.id if person else None


def _verified(assertion: str, client: Client, floor: Floor, now: datetime) -> Mapping[str, Any] | None:
    """Give what the client has signed (RFC 7523 §3); outside of any unit of work, as keys may be fetched."""
    settings = settings_of(floor)
    try:
        claims = verify_client_token(floor, client, assertion, now=now).claims
        check_assertion(
            claims,
            issuer=client.id,
            audiences=frozenset({settings.issuer, f"{settings.issuer}/token"}),
            longest_seconds=settings.assertion_seconds,
            now=now,
        )
    except TokenRefused:
        return None
    jti = claims.get("jti")
    return claims if isinstance(jti, str) and 0 < len(jti) <= _LONGEST_JTI else None


def _open(
    session: Session,
    request: TokenRequest,
    client: Client,
    claims: Mapping[str, Any],
    audience: tuple[str, ...],
    settings: ProviderSettings,
    now: datetime,
) -> Granted | None:
    expires_at = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=LEEWAY_SECONDS)
    if not use_assertion(session, client.id, claims["jti"], expires_at=expires_at):
        return None
    account_id = account_meant(session, client, claims.get("sub"))
    if account_id is None:
        return None
    scope = _scope(session, request, client, account_id)
    mandate = _mandate(client, account_id, scope, audience, now)
    open_grant(session, mandate, refresh_secret=None, settings=settings, now=now)
    return Granted(Issue(client_id=client.id, scope=scope, audience=audience, mandate=mandate))


def _scope(session: Session, request: TokenRequest, client: Client, account_id: UUID) -> tuple[str, ...]:
    """Give the scope: what the client may have and, unless it is ours, what the person has agreed to."""
    possible = [scope for scope in client.scopes if scope not in _OF_SIGN_INS]
    if not client.is_first_party:
        agreed = consented_scope(session, account_id, client.id)
        possible = [scope for scope in possible if scope in agreed]
    scope = tuple(possible) if request.scope is None else request.scope
    if not scope or not set(scope) <= set(possible):
        raise invalid_scope()
    return scope


def _mandate(
    client: Client, account_id: UUID, scope: tuple[str, ...], audience: tuple[str, ...], now: datetime
) -> Mandate:
    """Make a mandate without a session; of who the person is the site has proved nothing to us."""
    return Mandate(
        id=new_id(),
        account_id=account_id,
        client_id=client.id,
        session_id=None,
        is_offline=True,
        scope=scope,
        claims=(),
        id_token_claims=(),
        resources=audience,
        auth_time=now,
        acr=LEVELS[0],
        amr=(),
    )
