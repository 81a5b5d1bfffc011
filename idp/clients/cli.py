"""Commands of the clients."""

from typing import cast

import click

from idp.audit import OPERATOR, Action, Event, record
from idp.kernel.crypto.jose import Algorithm
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault
from idp.kernel.ground.ids import new_secret
from idp.kernel.work.floor import Floor

from .rules import SCOPES
from .service import ClientDraft, register_client, replace_client


@click.group("clients")
def clients() -> None:
    """Sites and programs that may ask people to sign in."""


@clients.command("add")
@click.option("--id", "client_id", required=True)
@click.option("--secret", default=None, help="Of a confidential client; made and printed when left out.")
@click.option("--public", is_flag=True, help="A client without a secret: a script, an app.")
@click.option("--redirect-uri", "redirect_uris", multiple=True, required=True)
@click.option("--post-logout-redirect-uri", "post_logout_redirect_uris", multiple=True)
@click.option(
    "--backchannel-logout-uri", default=None, help="Where the site is told that a session has ended."
)
@click.option("--origin", "origins", multiple=True, help="Whose scripts may call token and userinfo.")
@click.option("--scope", "scopes", multiple=True, default=SCOPES, show_default=True)
@click.option("--first-party", is_flag=True, help="Ours: people are not asked for consent.")
@click.option("--no-pkce", is_flag=True, help="A confidential client that cannot send a challenge.")
@click.option("--id-token-alg", type=click.Choice(["RS256", "ES256"]), default="RS256", show_default=True)
@click.option("--name-ru", default="")
@click.option("--name-en", default="")
@click.option("--replace", is_flag=True, help="Bring a registered client to these values.")
@click.pass_obj
def add(
    floor: Floor,
    client_id: str,
    secret: str | None,
    public: bool,
    redirect_uris: tuple[str, ...],
    post_logout_redirect_uris: tuple[str, ...],
    backchannel_logout_uri: str | None,
    origins: tuple[str, ...],
    scopes: tuple[str, ...],
    first_party: bool,
    no_pkce: bool,
    id_token_alg: str,
    name_ru: str,
    name_en: str,
    replace: bool,
) -> None:
    """Register a client; prints its secret when one was made."""
    if public and secret:
        raise click.UsageError("a public client has no secret")
    made = None if public or secret else new_secret()
    draft = ClientDraft(
        id=client_id,
        name_ru=name_ru,
        name_en=name_en,
        secret=secret or made,
        redirect_uris=redirect_uris,
        post_logout_redirect_uris=post_logout_redirect_uris,
        backchannel_logout_uri=backchannel_logout_uri,
        backchannel_logout_session_required=backchannel_logout_uri is not None,
        origins=origins,
        scopes=scopes,
        is_first_party=first_party,
        require_pkce=not no_pkce,
        id_token_algorithm=cast(Algorithm, id_token_alg),  # click.Choice lets nothing else through
    )
    _store(floor, draft, replace=replace)
    click.echo(f"{client_id} {made}" if made else client_id)


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
