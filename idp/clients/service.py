"""What changes the register of clients."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import Conflict, FieldFault, Invalid
from idp.kernel.storage.database import claim

from .models import ClientOrigin, RegisteredClient
from .rules import SECRET_METHODS, Client, ClientMetadata, is_acceptable_origin, is_acceptable_redirect

_client = cast(sa.Table, RegisteredClient.__table__)
_origin = cast(sa.Table, ClientOrigin.__table__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientDraft(ClientMetadata):
    """A client to be registered; with neither a secret nor keys of its own it is a public one."""

    id: str
    secret: str | None
    name_ru: str = ""
    name_en: str = ""
    origins: Sequence[str] = ()
    registration_token: str | None = None


def draft_of(
    metadata: ClientMetadata, client_id: str, *, secret: str | None, registration_token: str | None = None
) -> ClientDraft:
    """Give a client to be registered with some metadata."""
    values = {field.name: getattr(metadata, field.name) for field in fields(ClientMetadata)}
    return ClientDraft(id=client_id, secret=secret, registration_token=registration_token, **values)


class ClientExists(Conflict):
    """A client with this id is registered."""

    code = "client-exists"
    title = "A client with this id is registered"


def register_client(session: Session, draft: ClientDraft, *, now: datetime) -> None:
    """Add a client; raises Invalid for addresses that nobody may register, ClientExists for a known id."""
    _check(draft)
    if session.execute(sa.select(_client.c.id).where(_client.c.id == draft.id)).first():
        raise ClientExists
    session.execute(sa.insert(_client).values(id=draft.id, created_at=now, **_values(draft)))
    _set_origins(session, draft)


def replace_client(session: Session, draft: ClientDraft, *, now: datetime) -> None:
    """Add a client, or bring the one with this id to the draft's values; the same draft changes nothing."""
    _check(draft)
    there = session.execute(sa.select(_client.c.id).where(_client.c.id == draft.id)).first()
    if there is None:
        session.execute(sa.insert(_client).values(id=draft.id, created_at=now, **_values(draft)))
    else:
        session.execute(sa.update(_client).where(_client.c.id == draft.id).values(**_values(draft)))
    _set_origins(session, draft)


def update_client(session: Session, client: Client, metadata: ClientMetadata, *, secret: str | None) -> None:
    """Bring a client to other metadata; its id stays, and its secret unless a new one is given.

    Without a use for a secret it has none any more.
    """
    values = {field.name: _stored(getattr(metadata, field.name)) for field in fields(ClientMetadata)}
    if secret is not None:
        values |= {"secret_digest": digest(secret)}
    if metadata.auth_method not in SECRET_METHODS:
        values |= {"secret_digest": None, "older_secret_digest": None, "older_secret_until": None}
    session.execute(sa.update(_client).where(_client.c.id == client.id).values(**values))


def change_secret(session: Session, client_id: str, secret: str, *, older_until: datetime) -> bool:
    """Give a client another secret; the present one is good until a time. False where there is none."""
    with_secret = sa.update(_client).where(_client.c.id == client_id, _client.c.secret_digest.is_not(None))
    changed = with_secret.values(
        older_secret_digest=_client.c.secret_digest,
        older_secret_until=older_until,
        secret_digest=digest(secret),
    )
    return claim(session, changed)


def _check(draft: ClientDraft) -> None:
    addresses = (*draft.redirect_uris, *draft.post_logout_redirect_uris)
    faults = [
        FieldFault("redirect_uri", "This address cannot be registered: %(uri)s", {"uri": uri})
        for uri in addresses
        if not is_acceptable_redirect(uri)
    ]
    faults += [
        FieldFault("origin", "This is not an exact origin: %(origin)s", {"origin": origin})
        for origin in draft.origins
        if not is_acceptable_origin(origin)
    ]
    if faults:
        raise Invalid(fields=faults)


def _values(draft: ClientDraft) -> dict[str, Any]:
    values = {field.name: _stored(getattr(draft, field.name)) for field in fields(ClientMetadata)}
    return {
        **values,
        "name_ru": draft.name_ru or draft.name_en or draft.id,
        "name_en": draft.name_en or draft.name_ru or draft.id,
        "secret_digest": digest(draft.secret) if draft.secret else None,
        "registration_digest": digest(draft.registration_token) if draft.registration_token else None,
        "auth_method": _auth_method(draft),
    }


def _auth_method(draft: ClientDraft) -> str:
    """Give how the client proves itself: what cannot be done with what it has counts as not asked for."""
    if draft.auth_method == "private_key_jwt" or draft.secret:
        return draft.auth_method if draft.auth_method != "none" else "client_secret_basic"
    return "none"


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _set_origins(session: Session, draft: ClientDraft) -> None:
    session.execute(sa.delete(_origin).where(_origin.c.client_id == draft.id))
    for origin in dict.fromkeys(draft.origins):
        session.execute(sa.insert(_origin).values(client_id=draft.id, origin=origin))
