"""The endpoints of registration: clients register (RFC 7591 §3) and look after themselves (RFC 7592 §2).

People register under `/register`; programs have an address of their own.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, request
from sqlalchemy.orm import Session

from idp.clients import (
    SCOPES,
    Client,
    ClientMetadata,
    Door,
    MetadataRefused,
    check_sector,
    metadata_of,
    read_document,
    write_document,
)
from idp.kernel.crypto.digests import digest
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from idp.settings import ProviderSettings, settings_of

from .errors import TokenRefused
from .requests import bearer_of, check_replacement, document_of
from .service import (
    Registration,
    change,
    end,
    find_registration,
    is_initial_token_good,
    register,
    use_initial_token,
)

REQUESTS_WITH_TOKEN = "600/hour"  # noqa: S105  # a rate
FETCHES_OF_A_SECTOR = "10/minute"
GRANTS = ("authorization_code", "refresh_token")
blueprint = surface(Blueprint("registration", __name__), Surface.API)


@blueprint.post("/connect/register")
def create() -> Response:
    """Register a client."""
    now, token = clock.now(), _initial_token()
    metadata = _parsed(document_of(request), None)
    with current_floor().db.writing() as session:
        if token is not None and not use_initial_token(session, token, now=now):
            raise TokenRefused
        made = register(session, metadata, now=now)
    return _answer(made, 201, client_id_issued_at=int(now.timestamp()))


@blueprint.get("/connect/register/<client_id>")
def show(client_id: str) -> Response:
    """Tell a client what it is registered with."""
    return _answer(_known(client_id), 200)


@blueprint.put("/connect/register/<client_id>")
def update(client_id: str) -> Response:
    """Replace a client's metadata."""
    known, document = _known(client_id), document_of(request)
    check_replacement(document, known.client)
    wish = _parsed(document, known.client)
    with current_floor().db.writing() as session:
        changed = change(session, _owned(session, client_id), wish, now=clock.now())
    return _answer(changed, 200)


@blueprint.delete("/connect/register/<client_id>")
def delete(client_id: str) -> Response:
    """End a client's registration."""
    with current_floor().db.writing() as session:
        end(session, _owned(session, client_id), now=clock.now())
    return _no_store(make_response("", 204))


@blueprint.errorhandler(MetadataRefused)
def _refuse_metadata(refused: MetadataRefused) -> Response:
    body = jsonify(error=refused.error, error_description=refused.description)
    return _no_store(make_response(body, 400))


@blueprint.errorhandler(TokenRefused)
def _refuse_token(_refused: TokenRefused) -> Response:
    response = _no_store(make_response(jsonify(error="invalid_token"), 401))
    response.headers["WWW-Authenticate"] = 'Bearer realm="registration", error="invalid_token"'
    return response


def _settings() -> ProviderSettings:
    return settings_of(current_floor())


def _initial_token() -> str | None:
    """Give the initial access token; none is needed where registration is open (spec C4.7).

    Strangers are counted by address, holders of a token by that beside its own quota.
    """
    token = bearer_of(request)
    if token is not None and _is_good(token):
        check_limit("registration-token", REQUESTS_WITH_TOKEN, digest(token))
        return token
    check_limit("registration", f"{_settings().registrations_per_hour}/hour", peer())
    if token is not None or not _settings().registration_open:
        raise TokenRefused
    return None


def _is_good(token: str) -> bool:
    with current_floor().db.reading() as session:
        return is_initial_token_good(session, token, now=clock.now())


def _known(client_id: str) -> Registration:
    with current_floor().db.reading() as session:
        return _owned(session, client_id)


def _owned(session: Session, client_id: str) -> Registration:
    known = find_registration(session, client_id, bearer_of(request) or "")
    if known is None:
        raise TokenRefused
    return known


def _parsed(document: Mapping[str, Any], client: Client | None) -> ClientMetadata:
    """Read and check a document, with the one fetch that takes; never inside a unit of work."""
    metadata = metadata_of(read_document(document), _door(client))
    if metadata.sector_identifier_uri:
        check_limit("sector", FETCHES_OF_A_SECTOR, metadata.sector)  # we are nobody's hammer (spec C5.7)
    check_sector(current_floor(), metadata.sector_identifier_uri, metadata.redirect_uris)
    return metadata


def _door(client: Client | None) -> Door:
    """Give what may be asked for: what everybody may have, and what the operator has given this client."""
    floor, settings = current_floor(), _settings()
    return Door(
        may_fetch=floor.http.permits,
        own_host=settings.host.partition(":")[0],
        scopes={*SCOPES, *(client.scopes if client else ())},
        grant_types={*GRANTS, *(client.grant_types if client else ())},
        require_pkce=settings.registration_requires_pkce,
    )


def _answer(made: Registration, status: int, **more: object) -> Response:
    """Give the client information response (RFC 7591 §3.2.1, RFC 7592 §3)."""
    client = made.client
    told: dict[str, object] = {
        "client_id": client.id,
        "registration_client_uri": f"{_settings().issuer}/connect/register/{client.id}",
        "registration_access_token": made.token,
        **write_document(client),
        **more,
    }
    if made.secret is not None:
        told |= {"client_secret": made.secret, "client_secret_expires_at": 0}
    return _no_store(make_response(jsonify(told), status))


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
