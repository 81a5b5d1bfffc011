"""RFC 9126: requests pushed by a client's server, and what the FAPI 2 modules `par-…` ask of them."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.authorize.models import PushedRequest
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import CHALLENGE, ISSUER, Site, Volunteer, add_site, answer, follow, submit_page


@pytest.fixture
def site(idp: FlaskClient, floor: Floor) -> Site:
    """A site of ours that pushes its requests."""
    return add_site(floor, is_first_party=True)


def push(browser: FlaskClient, site: Site, **changes: str | None) -> TestResponse:
    """Push a request as a site's server does."""
    sent: dict[str, str | None] = {
        "client_id": site.client_id, "client_secret": site.secret, "redirect_uri": site.redirect_uri,
        "response_type": "code", "scope": "openid email", "state": "st", "nonce": "no",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
    }  # fmt: skip
    return browser.post("/par", data={name: value for name, value in sent.items() if value is not None})


def pushed(browser: FlaskClient, site: Site, **changes: str | None) -> str:
    """Push a request and give the address at which a browser presents it."""
    uri = push(browser, site, **changes).get_json()["request_uri"]
    return f"/authorize?client_id={site.client_id}&request_uri={uri}"


def test_fapi_par_without_duplicate_parameters(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    """Only client_id and request_uri at the authorization endpoint."""
    anna.enter(idp)
    told = push(idp, site)
    assert told.status_code == 201
    assert told.headers["Cache-Control"] == "no-store"
    body = told.get_json()
    assert body["expires_in"] == 60
    assert body["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    sent = answer(idp.get(f"/authorize?client_id=dobro&request_uri={body['request_uri']}"))
    assert (sent["state"], sent["iss"]) == ("st", ISSUER)
    assert site.redeem(idp, sent["code"]).get_json()["scope"] == "openid email"


def test_fapi_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(
    idp: FlaskClient, site: Site, anna: Volunteer
) -> None:
    url = pushed(idp, site)
    idp.get(url)
    page = follow(idp, idp.get(url))
    page = follow(idp, submit_page(idp, page, login=anna.email, password=anna.password))
    assert "code" in answer(page)


def test_fapi_par_attempt_reuse_request_uri(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    url = pushed(idp, site)
    assert "code" in answer(idp.get(url))
    again = idp.get(url)
    assert (again.status_code, again.headers.get("Location")) == (400, None)
    assert 'data-code="pushed-request-over"' in again.text


def test_two_visits_of_one_request_get_one_code(
    idp: FlaskClient, other_browser: FlaskClient, site: Site, anna: Volunteer
) -> None:
    url = pushed(idp, site)
    pages = [(browser, follow(browser, browser.get(url))) for browser in (idp, other_browser)]
    told = [
        answer(follow(browser, submit_page(browser, page, login=anna.email, password=anna.password)))
        for browser, page in pages
    ]
    assert "code" in told[0]
    assert told[1]["error"] == "invalid_request_uri"


def test_fapi_par_attempt_to_use_expired_request_uri(
    idp: FlaskClient, site: Site, frozen: FrozenClock
) -> None:
    url = pushed(idp, site)
    frozen.tick(seconds=61)
    assert idp.get(url).status_code == 400


def test_fapi_par_attempt_to_use_request_uri_for_different_client(
    idp: FlaskClient, floor: Floor, site: Site
) -> None:
    other = add_site(floor, Site("other", "s", "https://other.test/cb"))
    page = idp.get(pushed(idp, site).replace("client_id=dobro", f"client_id={other.client_id}"))
    assert (page.status_code, page.headers.get("Location")) == (400, None)


def test_fapi_par_authorization_request_containing_request_uri_form_param(
    idp: FlaskClient, site: Site
) -> None:
    told = push(idp, site, request_uri="urn:ietf:params:oauth:request_uri:x")
    assert (told.status_code, told.get_json()["error"]) == (400, "invalid_request")


def test_fapi_par_attempt_invalid_http_method(idp: FlaskClient) -> None:
    assert idp.get("/par").status_code == 405


REFUSED = {
    "fapi_par_ensure_pkce_required": ({"code_challenge": None}, 400, "invalid_request"),
    "fapi_par_plain_pkce_rejected": ({"code_challenge_method": "plain"}, 400, "invalid_request"),
    "fapi_ensure_registered_redirect_uri": ({"redirect_uri": "https://x.test/"}, 400, "invalid_request"),
    "fapi_ensure_redirect_uri_in_authorization_request": ({"redirect_uri": None}, 400, "invalid_request"),
    "fapi_ensure_response_type_code_idtoken_fails": (
        {"response_type": "code id_token"}, 400, "unsupported_response_type",
    ),
    "fapi_ensure_response_type_token_fails": ({"response_type": "token"}, 400, "unsupported_response_type"),
    "wrong_secret": ({"client_secret": "wrong"}, 401, "invalid_client"),
    "no_secret": ({"client_secret": None}, 401, "invalid_client"),
    "unknown_client": ({"client_id": "nobody"}, 401, "invalid_client"),
    "nobody": ({"client_id": None, "client_secret": None}, 401, "invalid_client"),
    "unsigned_object": ({"request": "eyJhbGciOiJub25lIn0.e30."}, 400, "invalid_request_object"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_request_is_refused_when_pushed(idp: FlaskClient, site: Site, case: str) -> None:
    changes, status, error = REFUSED[case]
    told = push(idp, site, **changes)
    assert (told.status_code, told.get_json()["error"]) == (status, error)
    assert told.headers["Cache-Control"] == "no-store"


def test_c2_16_parameter_pushed_twice_is_refused(idp: FlaskClient, site: Site) -> None:
    told = idp.post("/par", data={"client_id": ["dobro", "dobro"], "client_secret": site.secret})
    assert told.get_json()["error"] == "invalid_request"


def test_fapi_state_only_outside_request_object_not_used(
    idp: FlaskClient, site: Site, anna: Volunteer
) -> None:
    """What stands beside request_uri counts for nothing."""
    anna.enter(idp)
    url = pushed(idp, site, state=None) + "&state=outside&scope=openid+phone&redirect_uri=https://evil.test/"
    sent = answer(idp.get(url))
    assert "state" not in sent
    assert site.redeem(idp, sent["code"]).get_json()["scope"] == "openid email"


def test_client_that_must_push_cannot_ask_otherwise(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, require_par=True, is_first_party=True)
    anna.enter(idp)
    assert answer(idp.get(site.url()))["error"] == "invalid_request"
    assert "code" in answer(idp.get(pushed(idp, site)))


def test_error_uses_a_request_up_too(idp: FlaskClient, site: Site) -> None:
    url = pushed(idp, site, prompt="none")
    assert answer(idp.get(url))["error"] == "login_required"
    assert idp.get(url).status_code == 400


def test_c3_5_address_of_a_request_is_kept_as_digest(idp: FlaskClient, floor: Floor, site: Site) -> None:
    uri = push(idp, site).get_json()["request_uri"]
    with floor.db.reading() as session:
        row = session.execute(sa.select(PushedRequest)).scalar_one()
    assert uri.rpartition(":")[2] not in f"{row.uri_digest}{row.sent}"
    assert "client_secret" not in row.sent


def test_pushed_request_by_foreign_form_is_good(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    query = pushed(idp, site).partition("?")[2]
    sent = idp.post("/authorize", data=query, content_type="application/x-www-form-urlencoded")
    assert "code" in answer(follow(idp, sent))
