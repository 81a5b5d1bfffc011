"""What registers, changes and ends a client that looks after itself, and the tokens that let it.

Both kinds of tokens are kept as digests. A registration access token is not rotated: a client that
lost the answer to a change would be shut out of its own registration.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.audit import Actor, Event, record
from idp.clients import (
    SECRET_METHODS,
    Client,
    ClientMetadata,
    MetadataRefused,
    disable_client,
    draft_of,
    find_client,
    is_look_alike,
    register_client,
    update_client,
)
from idp.kernel.crypto.digests import digest, matches
from idp.kernel.ground.ids import new_secret
from idp.kernel.storage.database import claim
from idp.tokens import revoke_grants_by

from .models import InitialToken

_token = cast(sa.Table, InitialToken.__table__)
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class Registration:
    """A client as the answer tells it; a secret only when it was made just now."""

    client: Client
    token: str
    secret: str | None = None


def add_initial_token(session: Session, *, label: str, uses: int, expires_at: datetime, now: datetime) -> str:
    """Make a token for some registrations and give it; it is not kept in clear."""
    secret = new_secret()
    row = {"label": label, "uses_left": uses, "created_at": now, "expires_at": expires_at}
    session.execute(sa.insert(_token).values(token_digest=digest(secret), **row))
    return secret


def is_initial_token_good(session: Session, token: str, *, now: datetime) -> bool:
    """Say whether a token lets its holder register now."""
    wanted = sa.select(_token.c.token_digest).where(*_good(token, now))
    return session.execute(wanted).first() is not None


def use_initial_token(session: Session, token: str, *, now: datetime) -> bool:
    """Take one registration of a token; false when there is none left."""
    good = sa.update(_token).where(*_good(token, now))
    return claim(session, good.values(uses_left=_token.c.uses_left - 1))


def forget_old_tokens(session: Session, *, now: datetime) -> None:
    """Drop initial access tokens whose time is over."""
    session.execute(sa.delete(_token).where(_token.c.expires_at < now))


def register(session: Session, metadata: ClientMetadata, *, now: datetime) -> Registration:
    """Register a client under an id of ours; raises MetadataRefused for a name that is another's."""
    _check_names(session, metadata, but=None)
    client_id, token = f"c-{new_secret(_ID_BYTES)}", new_secret()
    secret = new_secret() if metadata.auth_method in SECRET_METHODS else None
    draft = draft_of(metadata, client_id, secret=secret, registration_token=token)
    register_client(session, draft, now=now)
    record(session, _event("client.registered", client_id), now=now)
    return Registration(_read(session, client_id), token, secret)


def find_registration(session: Session, client_id: str, token: str) -> Registration | None:
    """Give a client to the holder of its own registration access token, and to nobody else (RFC 7592 §2)."""
    client, told = find_client(session, client_id), digest(token)
    if client is None or not matches(client.registration_digest or "", told):
        return None
    return Registration(client, token)


def change(session: Session, known: Registration, wish: ClientMetadata, *, now: datetime) -> Registration:
    """Replace a client's metadata (RFC 7592 §2.2); what the operator has set stays as it is.

    Whoever changes name, logo or addresses is verified no longer: it was another that was looked at.
    """
    client = known.client
    _check_names(session, wish, but=client.id)
    is_same = _face(client) == _face(wish)
    kept = replace(
        wish,
        is_first_party=client.is_first_party and is_same,
        is_verified=client.is_verified and is_same,
        require_pkce=client.require_pkce,
        resources=client.resources,
    )
    needs_secret = wish.auth_method in SECRET_METHODS and client.secret_digest is None
    secret = new_secret() if needs_secret else None
    update_client(session, client, kept, secret=secret)
    record(session, _event("client.changed", client.id), now=now)
    return Registration(_read(session, client.id), known.token, secret)


def end(session: Session, known: Registration, *, now: datetime) -> None:
    """End a registration (RFC 7592 §2.3): the client and its access to anybody are dead at once."""
    client_id = known.client.id
    disable_client(session, client_id, by=Actor("client", client_id), now=now)
    revoke_grants_by(session, client_id, now=now)


def _good(token: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (_token.c.token_digest == digest(token), _token.c.uses_left > 0, _token.c.expires_at > now)


def _check_names(session: Session, metadata: ClientMetadata, *, but: str | None) -> None:
    if is_look_alike(session, {metadata.name_ru, metadata.name_en}, but=but):
        raise MetadataRefused("client_name: it reads like the name of another client")


def _face(client: ClientMetadata) -> tuple[object, ...]:
    """Give what people know a client by."""
    return (client.name_ru, client.name_en, client.logo_uri, client.client_uri, tuple(client.redirect_uris))


def _read(session: Session, client_id: str) -> Client:
    client = find_client(session, client_id)
    if client is None:
        raise LookupError(client_id)
    return client


def _event(action: Literal["client.registered", "client.changed"], client_id: str) -> Event:
    return Event(action, client_id=client_id, by=Actor("client", client_id))
