"""Signing in and out at our own pages, and what an attacker tries on the way."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from widget_server.identity.models import SigninAttempt, WindowSession

ISSUER = "https://id.igrajdanin.test"
HOST = "widget.igrajdanin.test"
Begin = Callable[..., dict[str, str]]
SignIn = Callable[..., Any]

pytestmark = pytest.mark.usefixtures("frozen")


def _return(widget: FlaskClient, **query: str) -> Any:
    return widget.get("/signin/callback", query_string={"code": "the-code", "iss": ISSUER, **query})


def _session_cookie(widget: FlaskClient) -> str:
    cookie = widget.get_cookie("__Host-window", domain=HOST)
    return cookie.value if cookie else ""


def _sign_out(widget: FlaskClient, app: Flask) -> Any:
    with app.test_request_context("/", base_url=f"https://{HOST}"):
        from idp.kernel.web import csrf

        widget.set_cookie("__Host-form", "form-secret", domain=HOST, secure=True)
        token = csrf._token_of("form-secret")
    return widget.post("/signout", data={"csrf_token": token})


def test_request_carries_pkce_state_and_nonce(begin: Begin) -> None:
    sent = begin(next="/console")
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert sent["redirect_uri"] == f"https://{HOST}/signin/callback"
    assert len({sent["state"], sent["nonce"], sent["code_challenge"]}) == 3


def test_sign_in_leads_back_with_a_session(sign_in: SignIn, widget: FlaskClient, provider: Any) -> None:
    answer = sign_in(next="/console?state=new")
    assert (answer.status_code, answer.location) == (303, "/console?state=new")
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-window="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    data, basic = provider.forms[0]
    assert basic == ("console", "")
    assert "client_secret" not in data


def test_signed_in_goes_straight_on(sign_in: SignIn, widget: FlaskClient, provider: Any) -> None:
    sign_in()
    assert widget.get("/signin?next=/console").location == "/console"


@pytest.mark.parametrize(
    "path",
    ["//evil", "/\\evil", "https:evil", "/%09/evil", "/\t/evil", "javascript:x", "@evil", "/%0d%0aX: y"],
)
def test_c6_17_open_redirect_after_sign_in(sign_in: SignIn, path: str) -> None:
    assert sign_in(next=path).location == "/my"


def test_c6_17_open_redirect_when_signed_in(sign_in: SignIn, widget: FlaskClient) -> None:
    sign_in()
    assert widget.get("/signin", query_string={"next": "//evil"}).location == "/my"


def test_c6_16_forged_host_is_refused(widget: FlaskClient, provider: Any) -> None:
    assert widget.get("/signin", headers={"Host": "evil.test"}).status_code == 400


def test_c6_1_session_id_changes_at_sign_in(sign_in: SignIn, widget: FlaskClient, floor: Floor) -> None:
    widget.set_cookie("__Host-window", "planted", domain=HOST, secure=True)
    sign_in()
    first = _session_cookie(widget)
    assert first not in ("", "planted")


def test_c6_2_cookie_copied_before_sign_out_is_dead(
    sign_in: SignIn, widget: FlaskClient, widget_app: Flask
) -> None:
    sign_in()
    copied = _session_cookie(widget)
    _sign_out(widget, widget_app)
    widget.set_cookie("__Host-window", copied, domain=HOST, secure=True)
    assert widget.get("/signin").location.startswith(ISSUER)


def test_c3_5_database_holds_no_usable_secret(
    sign_in: SignIn, begin: Begin, widget: FlaskClient, floor: Floor, provider: Any
) -> None:
    sign_in()
    state = provider.request["state"]
    with floor.db.reading() as session:
        kept = str(session.execute(sa.select(WindowSession.__table__)).all())
        kept += str(session.execute(sa.select(SigninAttempt.__table__)).all())
    assert _session_cookie(widget) not in kept
    assert state not in kept
    assert provider.request["nonce"] not in kept
    assert "eyJ" not in kept


@pytest.mark.parametrize("wait", [12 * 3600, 7 * 24 * 3600])
def test_c6_4_idle_and_old_sessions_end(
    sign_in: SignIn, widget: FlaskClient, frozen: FrozenClock, wait: int
) -> None:
    sign_in()
    frozen.tick(seconds=wait)
    assert widget.get("/signin").location.startswith(ISSUER)


def test_c6_4_use_keeps_a_session_until_its_end(
    sign_in: SignIn, widget: FlaskClient, frozen: FrozenClock
) -> None:
    sign_in()
    for _ in range(16):
        frozen.tick(seconds=10 * 3600)
        assert widget.get("/signin").location == "/my"
    frozen.tick(seconds=10 * 3600)
    assert widget.get("/signin").location.startswith(ISSUER)


def test_c6_6_login_csrf_by_foreign_state_is_refused(begin: Begin, widget: FlaskClient) -> None:
    """The attacker's own answer, opened in a victim's browser, signs nobody in."""
    sent = begin()
    widget.delete_cookie("__Host-signin", domain=HOST)
    assert _return(widget, state=sent["state"]).status_code == 410
    assert _session_cookie(widget) == ""


@pytest.mark.parametrize("state", ["", "unknown", "x" * 5000, "' OR 1=1--", "\x00"])
def test_unknown_state_is_refused(begin: Begin, widget: FlaskClient, state: str) -> None:
    begin()
    assert _return(widget, state=state).status_code == 410


def test_callback_works_once(begin: Begin, widget: FlaskClient) -> None:
    sent = begin()
    assert _return(widget, state=sent["state"]).status_code == 303
    widget.delete_cookie("__Host-window", domain=HOST)
    assert _return(widget, state=sent["state"]).status_code == 410


def test_reload_of_the_callback_goes_home(sign_in: SignIn, widget: FlaskClient, provider: Any) -> None:
    sign_in()
    again = _return(widget, state=provider.request["state"])
    assert (again.status_code, again.location) == (303, "/my")


def test_late_callback_is_refused(begin: Begin, widget: FlaskClient, frozen: FrozenClock) -> None:
    sent = begin()
    frozen.tick(seconds=3600)
    assert _return(widget, state=sent["state"]).status_code == 410


def test_two_tabs_sign_in_side_by_side(begin: Begin, widget: FlaskClient, provider: Any) -> None:
    first, second = begin(next="/console"), begin(next="/my")
    provider.request = first
    assert _return(widget, state=first["state"]).location == "/console"
    provider.request = second
    assert _return(widget, state=second["state"]).location == "/my"


def test_c2_12_code_of_another_sign_in_is_refused(begin: Begin, widget: FlaskClient, provider: Any) -> None:
    """Injected code: the provider knows it under another challenge, so our verifier does not fit."""
    mine = begin()
    begin()
    assert _return(widget, state=mine["state"]).status_code == 503


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "of another"}, {"nonce": None}, {"aud": "widget"}, {"iss": "https://evil"}, {"exp": 1},
        {"sub": None}, {"iat": None}, {"aud": ["console", "other"]}, {"azp": "other"},
    ],
)  # fmt: skip
def test_wrong_id_token_signs_nobody_in(
    begin: Begin, widget: FlaskClient, provider: Any, changes: dict[str, Any]
) -> None:
    sent = begin()
    provider.id_claims = changes
    assert _return(widget, state=sent["state"]).status_code == 503
    assert _session_cookie(widget) == ""


@pytest.mark.parametrize("iss", ["https://evil", "", None])
def test_c2_13_mix_up_is_refused(begin: Begin, widget: FlaskClient, iss: str | None) -> None:
    query = {"code": "the-code", "state": begin()["state"], **({} if iss is None else {"iss": iss})}
    assert widget.get("/signin/callback", query_string=query).status_code == 503


def test_c2_16_doubled_parameters_are_refused(begin: Begin, widget: FlaskClient) -> None:
    state = begin()["state"]
    assert widget.get(f"/signin/callback?code=the-code&state={state}&state={state}").status_code == 410


def test_declined_sign_in_says_so(begin: Begin, widget: FlaskClient) -> None:
    sent = begin(next="/console")
    answer = _return(widget, state=sent["state"], error="access_denied", error_description="<b>hello</b>")
    assert answer.status_code == 200
    assert "/signin?next=/console" in answer.text
    assert "hello" not in answer.text


def test_provider_away_is_said_plainly(widget: FlaskClient, provider: Any) -> None:
    provider.away = True
    assert widget.get("/signin").status_code == 503


@pytest.mark.parametrize("status", [400, 401, 500])
def test_refused_code_signs_nobody_in(begin: Begin, widget: FlaskClient, provider: Any, status: int) -> None:
    sent = begin()
    provider.token_status = status
    assert _return(widget, state=sent["state"]).status_code == 503


def test_missing_name_does_not_stop_signing_in(sign_in: SignIn, provider: Any) -> None:
    provider.person = {"sub": "somebody else"}
    assert sign_in().status_code == 303


def test_sign_out_goes_on_at_the_provider(sign_in: SignIn, widget: FlaskClient, widget_app: Flask) -> None:
    sign_in()
    answer = _sign_out(widget, widget_app)
    asked = parse_qs(urlsplit(answer.location).query)
    assert answer.location.startswith(f"{ISSUER}/end_session?")
    assert asked["post_logout_redirect_uri"] == [f"https://{HOST}/signed-out"]
    assert asked["id_token_hint"][0].count(".") == 2


def test_c6_6_sign_out_needs_a_token_of_this_browser(sign_in: SignIn, widget: FlaskClient) -> None:
    sign_in()
    assert widget.post("/signout").status_code == 403
    assert widget.get("/signin").location == "/my"


def test_c6_7_sign_out_by_get_is_refused(sign_in: SignIn, widget: FlaskClient) -> None:
    sign_in()
    assert widget.get("/signout").status_code == 405


def test_sign_out_without_a_session_ends_here(widget: FlaskClient, widget_app: Flask, provider: Any) -> None:
    assert _sign_out(widget, widget_app).location == f"https://{HOST}/signed-out"
    assert widget.get("/signed-out").status_code == 200


def test_popup_page_keeps_the_opener_and_prints_nothing(widget: FlaskClient) -> None:
    answer = widget.get("/signin/popup-callback?code=secret-code&state=secret-state&error=<script>")
    assert "Cross-Origin-Opener-Policy" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "secret" not in answer.text
    assert '<script type="module"' in answer.text


def test_sign_in_is_limited(widget: FlaskClient, provider: Any) -> None:
    answers = [widget.get("/signin").status_code for _ in range(31)]
    assert answers[-1] == 429


def test_old_rows_are_forgotten(
    sign_in: SignIn, drain: Callable[[], int], floor: Floor, frozen: FrozenClock
) -> None:
    sign_in()
    frozen.tick(days=8)
    drain()
    with floor.db.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(WindowSession)) == 0
        assert session.scalar(sa.select(sa.func.count()).select_from(SigninAttempt)) == 0
