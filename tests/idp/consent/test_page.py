"""What the consent page says of a site: who vouches for its name, where it is, what it promises."""

from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site

LINKS = {"policy_uri": "https://dobro.test/privacy", "tos_uri": "https://dobro.test/terms"}


def test_oidcc_registration_policy_uri(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    page = _page(idp, add_site(floor, **LINKS), anna)
    assert '<a id="policy" href="https://dobro.test/privacy" target="_blank" rel="noopener' in page


def test_oidcc_registration_tos_uri(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    page = _page(idp, add_site(floor, **LINKS), anna)
    assert '<a id="tos" href="https://dobro.test/terms" target="_blank" rel="noopener' in page


def test_oidcc_registration_logo_uri(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    """Shown as the first letter of the name: a logo loaded from the site would tell it who looks (C5.7)."""
    page = _page(idp, add_site(floor, logo_uri="https://dobro.test/logo.png"), anna)
    assert '<span class="monogram" aria-hidden="true">V</span>' in page
    assert "logo.png" not in page


def test_c4_8_unverified_site_is_said_to_be_so(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    page = _page(idp, add_site(floor), anna)
    assert 'id="unverified"' in page
    assert '<span id="host">dobro.test</span>' in page


def test_verified_site_is_said_to_be_so(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    page = _page(idp, add_site(floor, is_verified=True), anna)
    assert 'id="verified"' in page
    assert 'id="unverified"' not in page


def _page(browser: FlaskClient, site: Site, person: Volunteer) -> str:
    person.enter(browser)
    page = site.authorize(browser, ui_locales="en")
    assert page.status_code == 200
    return page.text
