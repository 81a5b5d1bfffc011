"""Commands of the clients."""

import dataclasses
from datetime import timedelta
from typing import Any, BinaryIO, cast

import click
import orjson

from idp.audit import OPERATOR, Action, Event, record
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault
from idp.kernel.ground.ids import new_secret
from idp.kernel.work.floor import Floor

from .documents import MetadataRefused, read_document
from .metadata import Door, metadata_of
from .rules import SCOPES, SECRET_METHODS, ClientMetadata
from .sectors import check_sector
from .service import ClientDraft, change_secret, draft_of, register_client, replace_client

_GRANT_TYPES = (
    "authorization_code",
    "refresh_token",
    "client_credentials",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
)


@click.group("clients")
def clients() -> None:
    """Sites and programs that may ask people to sign in."""


@clients.command("add")
@click.option("--id", "client_id", required=True)
@click.option("--secret", default=None, help="Of a confidential client; made and printed when left out.")
@click.option("--public", is_flag=True, help="A client without a secret: a script, an app.")
@click.option(
    "--metadata", "file", type=click.File("rb"), help="JSON in the words of RFC 7591; options overrule it."
)
@click.option("--redirect-uri", "redirect_uris", multiple=True)
@click.option("--post-logout-redirect-uri", "post_logout_redirect_uris", multiple=True)
@click.option(
    "--backchannel-logout-uri", default=None, help="Where the site is told that a session has ended."
)
@click.option("--origin", "origins", multiple=True, help="Whose scripts may call token and userinfo.")
@click.option("--scope", "scopes", multiple=True, help=f"By default {', '.join(SCOPES)}.")
@click.option("--first-party", is_flag=True, help="Ours: people are not asked for consent.")
@click.option("--verified", is_flag=True, help="You know who runs it: people are told so.")
@click.option("--no-pkce", is_flag=True, help="A confidential client that cannot send a challenge.")
@click.option("--id-token-alg", type=click.Choice(["RS256", "ES256"]), default=None)
@click.option("--name-ru", default="")
@click.option("--name-en", default="")
@click.option("--replace", is_flag=True, help="Bring a registered client to these values.")
@click.pass_obj
def add(
    floor: Floor,
    client_id: str,
    secret: str | None,
    public: bool,
    file: BinaryIO | None,
    redirect_uris: tuple[str, ...],
    post_logout_redirect_uris: tuple[str, ...],
    backchannel_logout_uri: str | None,
    origins: tuple[str, ...],
    scopes: tuple[str, ...],
    first_party: bool,
    verified: bool,
    no_pkce: bool,
    id_token_alg: str | None,
    name_ru: str,
    name_en: str,
    replace: bool,
) -> None:
    """Register a client; prints its secret when one was made."""
    if public and secret:
        raise click.UsageError("a public client has no secret")
    if not file and not redirect_uris:
        raise click.UsageError("--redirect-uri or --metadata is needed")
    base = _read_metadata(floor, file) if file else ClientMetadata(name_ru="", name_en="")
    given: dict[str, Any] = {
        "name_ru": name_ru,
        "name_en": name_en,
        "redirect_uris": redirect_uris,
        "post_logout_redirect_uris": post_logout_redirect_uris,
        "backchannel_logout_uri": backchannel_logout_uri,
        "backchannel_logout_session_required": backchannel_logout_uri is not None,
        "scopes": scopes,
        "is_first_party": first_party,
        "is_verified": verified,
        "id_token_algorithm": id_token_alg,
    }
    wish = dataclasses.replace(base, **{name: value for name, value in given.items() if value})
    wish = dataclasses.replace(wish, require_pkce=not no_pkce)
    made = new_secret() if not public and not secret and wish.auth_method in SECRET_METHODS else None
    draft = dataclasses.replace(draft_of(wish, client_id, secret=secret or made), origins=origins)
    _store(floor, draft, replace=replace)
    click.echo(f"{client_id} {made}" if made else client_id)


@clients.command("rotate-secret")
@click.argument("client_id")
@click.option("--secret", default=None, help="Made and printed when left out.")
@click.option("--overlap-days", type=click.IntRange(0, 90), default=7, show_default=True)
@click.pass_obj
def rotate_secret(floor: Floor, client_id: str, secret: str | None, overlap_days: int) -> None:
    """Give a client another secret; the present one is good until the overlap is over."""
    now, made = clock.now(), secret or new_secret()
    with floor.db.writing() as session:
        if not change_secret(session, client_id, made, older_until=now + timedelta(days=overlap_days)):
            raise click.ClickException("no client with a secret has this id")
        record(session, Event("client.secret_changed", client_id=client_id, by=OPERATOR), now=now)
    click.echo(client_id if secret else f"{client_id} {made}")


def _read_metadata(floor: Floor, file: BinaryIO) -> ClientMetadata:
    """Read a file by the rules of registration, with what is the operator's to give."""
    try:
        asked = read_document(cast("dict[str, Any]", orjson.loads(file.read())))
        scopes = (asked.scope or "").split()
        door = Door(
            may_fetch=floor.http.permits,
            own_host=floor.settings.host.partition(":")[0],
            scopes=scopes,
            grant_types=_GRANT_TYPES,
            takes_loopback=True,
        )
        metadata = metadata_of(asked, door)
        check_sector(floor, metadata.sector_identifier_uri, metadata.redirect_uris)
    except MetadataRefused as refused:
        raise click.ClickException(refused.description) from None
    except (orjson.JSONDecodeError, AttributeError):
        raise click.ClickException("the file is no JSON object") from None
    return metadata


def _store(floor: Floor, draft: ClientDraft, *, replace: bool) -> None:
    store = replace_client if replace else register_client
    try:
        with floor.db.writing() as session:
            store(session, draft, now=clock.now())
            done: Action = "client.changed" if replace else "client.registered"
            record(session, Event(done, client_id=draft.id, by=OPERATOR), now=clock.now())
    except Fault as fault:
        reasons = [f.message % dict(f.evidence or {}) for f in fault.fields] or [fault.title]
        raise click.ClickException("; ".join(reasons)) from None
