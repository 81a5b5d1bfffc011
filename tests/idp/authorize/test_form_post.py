"""OAuth 2.0 Form Post Response Mode: the answer as a form that posts itself, and only to its site."""

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site, answer, form_of


@pytest.fixture
def site(idp: FlaskClient, floor: Floor) -> Site:
    """A first-party site that wants its answers by form."""
    return add_site(floor, Site(query={"response_mode": "form_post"}), is_first_party=True)


def test_page_posts_to_the_site_alone(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = site.authorize(idp)
    assert page.status_code == 200
    assert form_of(page).action == site.redirect_uri
    assert "form-action 'self' https://dobro.test;" in page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_page_works_without_scripts(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    """A button of the same form, a script that is a file of ours, nothing inline."""
    anna.enter(idp)
    page = site.authorize(idp).text
    assert 'id="continue" type="submit"' in page
    assert 'src="/assets/form_post' in page
    assert "onload" not in page


@pytest.mark.parametrize("state", ['"><script>&amp;', "a b+c%20d", "строка ✓", "x\r\ny"])
def test_c2_18_state_returns_exactly_by_form(
    idp: FlaskClient, site: Site, anna: Volunteer, state: str
) -> None:
    anna.enter(idp)
    assert answer(site.authorize(idp, state=state))["state"] == state


def test_state_that_a_form_would_change_is_refused(idp: FlaskClient, site: Site) -> None:
    sent = answer(site.authorize(idp, state="a\nb"))
    assert (sent["error"], sent.get("state")) == ("invalid_request", None)


def test_c1_41_no_form_to_a_scheme_of_an_app(idp: FlaskClient, floor: Floor) -> None:
    app = Site("app", None, "com.example.app:/cb", {"response_mode": "form_post"})
    add_site(floor, app, application_type="native")
    page = idp.get(app.url())
    assert page.headers["Location"].startswith("com.example.app:/cb?error=invalid_request")


LOOPBACKS = ["http://127.0.0.1:51004/cb", "http://127.0.0.1/cb", "http://[::1]:8/cb?x=1"]
NO_LOOPBACKS = [
    "http://localhost:51004/cb", "http://127.0.0.1:51004/other", "https://127.0.0.1:51004/cb",
    "http://127.0.0.2:51004/cb", "http://127.0.0.1:51004@evil.example/cb", "http://127.0.0.1:x/cb",
    "http://127.0.0.1.evil.example:1/cb", "http://127.0.0.1:123456/cb", "http://127.0.0.1:51004/cb#x",
    "http://[::1]:8/cb", "http://127.0.0.1:51004/cb?x=1", "http://127.1:51004/cb", "http://127.0.0.1:/cb",
]  # fmt: skip


def _app(floor: Floor, **values: object) -> Site:
    uris = ["http://127.0.0.1/cb", "http://[::1]/cb?x=1", "http://localhost/cb"]
    return add_site(floor, Site("app", None, uris[0]), redirect_uris=uris, **values)


@pytest.mark.parametrize("uri", LOOPBACKS)
def test_c1_40_app_may_use_any_port_of_its_machine(idp: FlaskClient, floor: Floor, uri: str) -> None:
    app = _app(floor, application_type="native")
    assert answer(idp.get(app.url(redirect_uri=uri, prompt="none")))["error"] == "login_required"


@pytest.mark.parametrize("uri", NO_LOOPBACKS)
def test_c1_40_nothing_else_is_the_own_machine(idp: FlaskClient, floor: Floor, uri: str) -> None:
    app = _app(floor, application_type="native")
    assert idp.get(app.url(redirect_uri=uri)).status_code == 400


def test_c1_40_site_may_not_use_any_port(idp: FlaskClient, floor: Floor) -> None:
    assert idp.get(_app(floor).url(redirect_uri=LOOPBACKS[0])).status_code == 400
