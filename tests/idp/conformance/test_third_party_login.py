"""OpenID Connect Core §4: a sign-in that begins at us leads to the site, which begins its own."""

from urllib.parse import parse_qs, urlsplit

from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Volunteer, add_site, answer

BEGIN = "https://dobro.test/begin?from=idp"


def test_site_is_opened_signed_in(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(
        floor, is_first_party=True, initiate_login_uri=BEGIN, client_uri="https://dobro.test/start page"
    )
    anna.enter(idp)
    opened = idp.get("/open/dobro").headers["Location"]
    assert opened.startswith(BEGIN + "&iss=")
    sent = parse_qs(urlsplit(opened).query)
    assert sent == {"from": ["idp"], "iss": [ISSUER], "target_link_uri": ["https://dobro.test/start page"]}
    assert "code" in answer(site.authorize(idp))


def test_c6_17_address_of_a_request_leads_nowhere(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, initiate_login_uri=BEGIN)
    opened = idp.get("/open/dobro?target_link_uri=https://evil.test/").headers["Location"]
    assert "evil" not in opened


def test_site_without_such_an_address_is_not_opened(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor)
    for name in ("dobro", "nobody", "%00"):
        assert idp.get(f"/open/{name}").status_code == 404


def test_connected_site_is_opened_from_the_persons_page(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    add_site(floor, initiate_login_uri=BEGIN).connect(idp, anna)
    assert 'href="/open/dobro"' in idp.get("/account/sites").text
