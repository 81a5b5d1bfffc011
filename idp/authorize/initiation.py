"""Login begun by us (OpenID Connect Core §4): the person opens a site from their own pages.

The site is asked to begin a sign-in as it always does; nothing about the person travels. Where they
shall arrive is the site's own page as registered, never an address from a request.
"""

from urllib.parse import quote, urlencode

from idp.clients import Client


def initiation_url(client: Client, *, issuer: str) -> str | None:
    """Give the address at which a site begins a sign-in, or nothing where it has none."""
    begin = client.initiate_login_uri
    if begin is None:
        return None
    sent = {"iss": issuer, "target_link_uri": client.client_uri}
    query = urlencode({name: value for name, value in sent.items() if value}, quote_via=quote, safe="")
    return f"{begin}{'&' if '?' in begin else '?'}{query}"
