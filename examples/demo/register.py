"""Makes the demo's sites known to each other: OpenID clients at the provider, partners at the window.

Repeated at every start and changes nothing then, unless the port or the names have changed: addresses
are exact, and a demo moved to another port is still a demo.
"""

from typing import cast

from flask import Flask

from idp.clients import ClientDraft, replace_client
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from widget_server.partners import PartnerDraft, save_partner

from .configuration import KNIGA_CLIENT, PARTNER_KEYS
from .plan import DOBRO, GOROD, KNIGA, WIDGET, Plan
from .vault import Vault

NODE_EXAMPLE = "http://localhost:3000"  # examples/node_relying_party, started by hand
KOLOMNA_LON, KOLOMNA_LAT = 38.7783, 55.0794


def register_sites(plan: Plan, vault: Vault, *, idp: Flask, widget: Flask) -> None:
    """Register clients and partners with the addresses of this start."""
    floor = cast(Floor, idp.extensions["floor"])
    with idp.app_context(), floor.db.writing() as session:
        for client in _clients(plan, vault):
            replace_client(session, client, now=clock.now())
    floor = cast(Floor, widget.extensions["floor"])
    with widget.app_context(), floor.db.writing() as session:
        for partner in _partners(plan):
            save_partner(session, partner, now=clock.now())


def _clients(plan: Plan, vault: Vault) -> list[ClientDraft]:
    window = plan.url(WIDGET)
    return [
        ClientDraft(
            id="widget",
            name_ru="Окно сообщений",
            name_en="The window",
            secret=None,
            redirect_uris=[f"{window}/signin/popup-callback"],
            origins=[window],
            backchannel_logout_uri=f"{window}/signin/backchannel-logout",
            is_first_party=True,
        ),
        ClientDraft(
            id="console",
            name_ru="iGrajdanin",
            name_en="My reports and the console",
            secret=vault.console_secret,
            redirect_uris=[f"{window}/signin/callback"],
            post_logout_redirect_uris=[f"{window}/signed-out"],
            backchannel_logout_uri=f"{window}/signin/backchannel-logout",
            is_first_party=True,
        ),
        ClientDraft(
            id=KNIGA_CLIENT,
            name_ru="Книга добрых дел",
            name_en="The book of good deeds",
            secret=vault.kniga_secret,
            redirect_uris=[f"{plan.url(KNIGA)}/callback"],
            post_logout_redirect_uris=[f"{plan.url(KNIGA)}/signed-out"],
            backchannel_logout_uri=f"{plan.url(KNIGA)}/backchannel-logout",
            is_verified=True,
            backchannel_logout_session_required=True,
        ),
        ClientDraft(
            id="node-example",
            name_ru="Пример на Node",
            name_en="The example in Node",
            secret=None,
            redirect_uris=[f"{NODE_EXAMPLE}/callback"],
            post_logout_redirect_uris=[f"{NODE_EXAMPLE}/signed-out"],
        ),
    ]


def _partners(plan: Plan) -> list[PartnerDraft]:
    names = {DOBRO: ("Добровольцы", "Volunteers"), GOROD: ("Город и люди", "Town and People")}
    return [
        PartnerDraft(
            PARTNER_KEYS[site], *names[site], origins=[plan.url(site)], lon=KOLOMNA_LON, lat=KOLOMNA_LAT
        )
        for site in (DOBRO, GOROD)
    ]
