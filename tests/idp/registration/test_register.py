"""Dynamic registration (RFC 7591, OpenID Connect Registration): what is taken, refused and given back."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest
from flask import Flask
from flask.testing import FlaskClient
from joserfc.jwk import ECKey

from idp.clients import find_client
from idp.kernel.crypto.digests import digest
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.registration.service import add_initial_token
from tests.idp.cast import ISSUER, Site, add_site

from .conftest import ASKED, Registrar

KEY = ECKey.generate_key("P-256", {"kid": "k1"})
JWKS = {"keys": [{**KEY.as_dict(private=False), "use": "sig"}]}
FULL = {
    "redirect_uris": ["https://new.test/cb", "https://new.test/cb?a=b"],
    "post_logout_redirect_uris": ["https://new.test/bye"],
    "application_type": "web",
    "response_types": ["code"],
    "grant_types": ["authorization_code", "refresh_token"],
    "client_name": "New site",
    "client_name#ru": "Новый сайт",
    "client_uri": "https://new.test/",
    "logo_uri": "https://new.test/logo.png",
    "policy_uri": "https://new.test/policy",
    "tos_uri": "https://new.test/tos",
    "contacts": ["post@new.test"],
    "scope": "openid email",
    "token_endpoint_auth_method": "private_key_jwt",
    "token_endpoint_auth_signing_alg": "ES256",
    "jwks": JWKS,
    "subject_type": "public",
    "id_token_signed_response_alg": "ES256",
    "userinfo_signed_response_alg": "RS256",
    "request_object_signing_alg": "PS256",
    "default_max_age": 3600,
    "require_auth_time": True,
    "default_acr_values": ["L2"],
    "initiate_login_uri": "https://new.test/login",
    "backchannel_logout_uri": "https://new.test/logout",
    "backchannel_logout_session_required": True,
    "require_pushed_authorization_requests": True,
}


def _open(app: Flask) -> None:
    floor = cast(Floor, app.extensions["floor"])
    settings = floor.settings.model_copy(update={"registration_open": True, "registrations_per_hour": 5})
    app.extensions["floor"] = replace(floor, settings=settings)


def test_registered_client_signs_people_in(idp: FlaskClient, registrar: Registrar, anna: Any) -> None:
    told = registrar.register()
    site = Site(told["client_id"], told["client_secret"], "https://new.test/cb")
    assert site.connect(idp, anna)["id_token"]


def test_answer_has_everything(registrar: Registrar) -> None:
    answered = registrar.send()
    told = answered.get_json()
    assert (answered.status_code, answered.headers["Cache-Control"]) == (201, "no-store")
    assert told["client_secret_expires_at"] == 0
    assert told["registration_client_uri"] == f"{ISSUER}/connect/register/{told['client_id']}"
    assert len(told["registration_access_token"]) == len(told["client_secret"]) == 43
    assert told["client_id_issued_at"] > 0
    assert {name: told[name] for name in ASKED} == ASKED
    assert (told["grant_types"], told["response_types"]) == (["authorization_code"], ["code"])


def test_every_member_is_given_back(registrar: Registrar) -> None:
    told = registrar.register(**FULL)
    assert {name: told.get(name) for name in FULL} == FULL
    assert "client_secret" not in told
    assert registrar.manage("GET").get_json()["initiate_login_uri"] == FULL["initiate_login_uri"]


def test_c4_10_unknown_members_are_ignored_and_not_given_back(registrar: Registrar, floor: Floor) -> None:
    wish = {
        "is_first_party": True, "first_party": True, "is_verified": True, "skip_consent": True,
        "require_pkce": False, "resources": ["https://api"], "client_id": "mine", "client_secret": "mine",
        "registration_access_token": "mine", "disabled_at": None, "tenant": "x", "scopes": ["admin"],
        "software_id": "x", "client_name#fr": "Nouveau",
    }  # fmt: skip
    told = registrar.register(**wish, scope="openid email admin")
    assert not set(told) & {"is_first_party", "skip_consent", "require_pkce", "tenant", "client_name#fr"}
    assert told["client_id"] != "mine" != told["client_secret"]
    with floor.db.reading() as session:
        client = find_client(session, told["client_id"])
    assert client
    assert not client.is_first_party
    assert not client.is_verified
    assert client.require_pkce
    assert (client.resources, client.scopes) == ((), ("openid", "email"))


def test_c3_5_only_digests_are_kept(registrar: Registrar, floor: Floor) -> None:
    told = registrar.register()
    with floor.db.reading() as session:
        client = find_client(session, told["client_id"])
    assert client
    assert client.secret_digest == digest(told["client_secret"])
    assert client.registration_digest == digest(told["registration_access_token"])


def test_c4_7_registration_is_closed_by_default(idp: FlaskClient, registrar: Registrar) -> None:
    for headers in ({}, {"Authorization": "Bearer guess"}, {"Authorization": "Basic eDp5"}):
        answered = idp.post("/connect/register", json=ASKED, headers=headers)
        assert answered.status_code == 401
        assert answered.headers["WWW-Authenticate"].startswith("Bearer")


def test_c4_7_token_has_a_quota_and_an_end(
    registrar: Registrar, floor: Floor, frozen: clock.FrozenClock
) -> None:
    now = clock.now()
    with floor.db.writing() as session:
        registrar.token = add_initial_token(
            session, label="", uses=2, expires_at=now + timedelta(days=1), now=now
        )
    assert [registrar.send().status_code for _ in range(3)] == [201, 201, 401]
    with floor.db.writing() as session:
        registrar.token = add_initial_token(
            session, label="", uses=2, expires_at=now + timedelta(days=1), now=now
        )
    assert registrar.error(client_name="x" * 200) == "invalid_client_metadata"
    frozen.tick(days=1)
    assert registrar.send().status_code == 401


def test_c4_7_open_registration_is_limited(idp_app: Flask, idp: FlaskClient) -> None:
    _open(idp_app)
    assert [idp.post("/connect/register", json=ASKED).status_code for _ in range(6)] == [201] * 5 + [429]


BAD_REDIRECTS = [
    "https://new.test/cb#frag", "https://new.test/*", "https://a@new.test/cb", "http://new.test/cb",
    "http://localhost/cb", "javascript:alert(1)", "data:text/html,x", "vbscript:x", "app.test:/cb",
    "https://new.test/c b", "https://new.test/\x00", "//new.test/cb", "", "https:///cb", "x" * 3000, 5, None,
    "https://id.igrajdanin.test/cb", "https://new.test/\\cb", ["https://new.test/cb"],
]  # fmt: skip


def test_c1_42_bad_redirects_are_refused(registrar: Registrar) -> None:
    taken = [uri for uri in BAD_REDIRECTS if registrar.error(redirect_uris=[uri]) != "invalid_redirect_uri"]
    assert taken == []
    for wrong in ([], "https://new.test/cb", {"a": 1}, ["https://new.test/cb"] * 51, None):
        assert registrar.error(redirect_uris=wrong) == "invalid_redirect_uri"


def test_apps_have_ways_of_their_own(registrar: Registrar) -> None:
    """RFC 8252 §7: claimed https, private-use schemes with a dot, loopback; RFC 7591 §2.1 for the rest."""
    uris = ["app.new.test:/cb", "http://127.0.0.1/cb", "http://[::1]/cb", "https://new.test/app"]
    told = registrar.register(
        application_type="native", redirect_uris=uris, token_endpoint_auth_method="none"
    )
    assert told["redirect_uris"] == uris
    assert "client_secret" not in told
    for uri in ("app:/cb", "http://new.test/cb", "javascript:x", "http://localhost.evil.test/"):
        assert registrar.error(application_type="native", redirect_uris=[uri]) == "invalid_redirect_uri"


WRONG: list[dict[str, Any]] = [
    {"response_types": ["token"]}, {"response_types": ["code", "id_token"]}, {"response_types": []},
    {"grant_types": ["implicit"]}, {"grant_types": ["password"]}, {"grant_types": ["client_credentials"]},
    {"grant_types": []}, {"grant_types": ["authorization_code", "implicit"]}, {"grant_types": "x"},
    {"token_endpoint_auth_method": "client_secret_jwt"}, {"token_endpoint_auth_method": "tls_client_auth"},
    {"token_endpoint_auth_method": "private_key_jwt"}, {"token_endpoint_auth_signing_alg": "HS256"},
    {"token_endpoint_auth_signing_alg": "none"}, {"id_token_signed_response_alg": "none"},
    {"id_token_signed_response_alg": "HS256"}, {"userinfo_signed_response_alg": "none"},
    {"request_object_signing_alg": "none"}, {"id_token_encrypted_response_alg": "RSA-OAEP"},
    {"userinfo_encrypted_response_alg": "RSA-OAEP"}, {"dpop_bound_access_tokens": True},
    {"jwks": JWKS, "jwks_uri": "https://new.test/jwks"}, {"jwks": {"keys": []}}, {"jwks": {}}, {"jwks": "x"},
    {"jwks": {"keys": [KEY.as_dict(private=True)]}}, {"jwks": {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}},
    {"jwks": {"keys": [{"kty": "RSA"}]}}, {"subject_type": "other"}, {"default_max_age": -1},
    {"default_max_age": 2**40}, {"default_max_age": "5"}, {"default_max_age": True},
    {"require_auth_time": "yes"}, {"default_acr_values": "L1"}, {"contacts": ["no address"]},
    {"contacts": ["a@b.test"] * 11}, {"scope": 5}, {"scope": "x" * 1001}, {"application_type": "desktop"},
    {"post_logout_redirect_uris": ["http://new.test/"]}, {"post_logout_redirect_uris": ["javascript:x"]},
    {"client_name": 5}, {"client_name": ""}, {"client_name": ["x"]}, {"tos_uri": "http://new.test/"},
    {"policy_uri": "javascript:alert(1)"}, {"logo_uri": "data:image/png;base64,AAAA"},
    {"client_uri": "https://new.test/\x00"},
]  # fmt: skip


def test_wrong_metadata_is_refused(registrar: Registrar) -> None:
    taken = [changes for changes in WRONG if registrar.error(**changes) != "invalid_client_metadata"]
    assert taken == []


def test_c4_11_software_statement_is_refused(registrar: Registrar) -> None:
    for statement in ("eyJhbGciOiJub25lIn0.e30.", "x", {"a": 1}):
        assert registrar.error(software_statement=statement) == "unapproved_software_statement"


def test_c8_11_what_is_no_document_is_refused(idp: FlaskClient, registrar: Registrar) -> None:
    headers = {"Authorization": f"Bearer {registrar.token}"}
    bodies = [
        b"", b"{", b"[]", b'"x"', b"null", b"\xff", b"[" * 20_000, b'{"client_name": "\\ud800"}',
        b'{"a": NaN}', b'{"client_name": "' + b"x" * 70_000 + b'"}',
    ]  # fmt: skip
    for body in bodies:
        answered = idp.post("/connect/register", data=body, content_type="application/json", headers=headers)
        assert (answered.status_code, answered.get_json()["error"]) == (400, "invalid_client_metadata")
    form = idp.post("/connect/register", data={"redirect_uris": "https://new.test/cb"}, headers=headers)
    assert form.status_code == 400
    assert idp.get("/connect/register", headers=headers).status_code == 405


def test_refusals_tell_nothing_of_what_was_sent(registrar: Registrar) -> None:
    answered = registrar.send(client_name={"<img>": "х"}, tos_uri="http://secret.test/")
    assert "img" not in answered.text
    assert "secret" not in answered.text
    assert answered.headers["Cache-Control"] == "no-store"


IMPERSONATIONS = [
    "Volunteers", "VOLUNTEERS", "Vоluntееrs", "Ｖolunteers", "V o l u n t e e r s", "Vo1unteers",
    "Добровольцы", "Добpовольцы", "Дoбpoвoльцы", "добровольцы!", "Volunteers\u200b", "\u202eVolunteers",
    "Volun\u00adteers", "Volunteers\u0000", "Volunt\u0065\u0301ers",
]  # fmt: skip


def test_c4_8_name_of_a_verified_client_is_refused(registrar: Registrar, floor: Floor) -> None:
    add_site(floor, is_verified=True)
    taken = [name for name in IMPERSONATIONS if registrar.error(client_name=name) is None]
    assert taken == []
    assert registrar.error(**{"client_name#ru": "Добровольцы"}) == "invalid_client_metadata"


def test_c4_8_hidden_and_endless_names_are_refused(registrar: Registrar) -> None:
    for name in ("x" * 10_000, "a\u200bb", "a\u202eb", "a\nb", "рaypal", "a" + "\u0301" * 20, " "):
        assert registrar.error(client_name=name) == "invalid_client_metadata"
    for name in ("Мой город", "Дом-Музей", "Site 24", "Ёлка и йод", "Café"):
        assert registrar.error(client_name=name) is None


def test_c4_8_unverified_client_is_shown_so(idp: FlaskClient, registrar: Registrar, anna: Any) -> None:
    told = registrar.register(client_name="<b>New</b>")
    anna.enter(idp)
    page = Site(told["client_id"], told["client_secret"], "https://new.test/cb").authorize(idp).text
    assert 'id="unverified"' in page
    assert "&lt;b&gt;New" in page
    assert "new.test" in page


REFUSED_ADDRESSES = [
    "http://keys.test/x", "https://127.0.0.1/x", "https://10.0.0.1/x", "https://169.254.169.254/latest",
    "https://[::1]/x", "https://[::ffff:127.0.0.1]/x", "https://2130706433/x", "https://0x7f000001/x",
    "https://localhost/x", "https://localhost./x", "https://0.0.0.0/x", "https://id.igrajdanin.test/jwks",
    "file:///etc/passwd", "gopher://keys.test/", "ftp://keys.test/x", "data:application/json,{}",
    "https://keys.test:8443/x", "https://a:b@keys.test/x", "https://keys.test/x#y", "keys.test",
]  # fmt: skip


@pytest.mark.parametrize("member", ["jwks_uri", "sector_identifier_uri", "backchannel_logout_uri"])
def test_c5_1_c5_4_addresses_that_we_never_call_are_refused(registrar: Registrar, member: str) -> None:
    taken = [
        uri for uri in REFUSED_ADDRESSES if registrar.error(**{member: uri}) != "invalid_client_metadata"
    ]
    assert taken == []
    assert registrar.outside.fetched == []


def test_c5_1_initiate_login_uri_leads_to_a_public_site(registrar: Registrar) -> None:
    harmless = {
        "https://keys.test:8443/x",
        "https://keys.test/x#y",
    }  # not fetched by us
    for uri in set(REFUSED_ADDRESSES) - harmless:
        assert registrar.error(initiate_login_uri=uri) == "invalid_client_metadata", uri


def test_c5_6_answer_of_the_fetch_is_not_shown(registrar: Registrar) -> None:
    uri = "https://sector.test/list"
    answers: list[Any] = [
        {"secret": "token"}, ["secret"], b"secret <html>", b"", "secret", None, ["https://new.test/cb/"],
    ]  # fmt: skip
    said = set()
    for number, document in enumerate(answers):
        registrar.outside.documents[f"{uri}{number}"] = document
        answered = registrar.send(subject_type="pairwise", sector_identifier_uri=f"{uri}{number}")
        said.add((answered.status_code, answered.text))
    said.add((lambda r: (r.status_code, r.text))(registrar.send(sector_identifier_uri="https://away.test/x")))
    assert len(said) == 1
    assert "secret" not in json.dumps(list(said))


def test_pairwise_needs_one_host_or_a_sector(registrar: Registrar, floor: Floor) -> None:
    hosts = ["https://new.test/cb", "https://other.test/cb"]
    assert registrar.error(subject_type="pairwise", redirect_uris=hosts) == "invalid_client_metadata"
    told = registrar.register(subject_type="pairwise")
    with floor.db.reading() as session:
        client = find_client(session, told["client_id"])
    assert client
    assert client.sector == "new.test"
