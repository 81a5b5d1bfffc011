"""What changes the register of clients."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import Conflict, FieldFault, Invalid

from .models import ClientOrigin, RegisteredClient
from .rules import ClientMetadata, is_acceptable_origin, is_acceptable_redirect

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
