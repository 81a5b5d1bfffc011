"""The cast of the provider's tests: people, sites, and what a site's browser does.

`Volunteer.sign_in(browser)` and `Site.connect(browser, person)` are the two that other tests need: the
latter goes the whole way (authorize, sign-in, consent, code, tokens) and gives the tokens.
"""

import base64
import hashlib
import html
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts import OperatorAccount, add_account, hash_password, parse_address
from idp.clients import ClientDraft, replace_client
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.sessions import start_session

PASSWORD = "четыре несвязанных слова 42"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
ISSUER = "https://id.igrajdanin.test"
_HASH: list[str] = []
ALL_CLAIMS: dict[str, Any] = {
    "given_name": "Анна", "family_name": "Орлова", "middle_name": "Ивановна", "nickname": "Аня",
    "preferred_username": "anna", "profile": "https://people.test/anna",
    "picture": "https://people.test/anna.png", "website": "https://anna.test", "gender": "female",
    "birthdate": "1990-05-01", "zoneinfo": "Europe/Moscow", "locale": "ru", "phone_number": "+74966100000",
    "phone_number_verified": True,
    "address": {
        "formatted": "Коломна, ул. Лажечникова, 5", "street_address": "ул. Лажечникова, 5",
        "locality": "Коломна", "region": "Московская область", "postal_code": "140400", "country": "RU",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Volunteer:
    """A person of the cast."""

    email: str
    sub: UUID
    password: str = PASSWORD

    def sign_in(self, browser: FlaskClient, page: str = "/signin") -> TestResponse:
        """Sign in through the form."""
        return submit(browser, page, login=self.email, password=self.password)

    def enter(self, browser: FlaskClient) -> None:
        """Be signed in as the form would have it: for tests of what comes after, in a tenth of the time."""
        floor = cast(Floor, browser.application.extensions["floor"])
        with floor.db.writing() as session:
            life = timedelta(days=90)
            made = start_session(session, self.sub, browser="", life=life, now=clock.now())
        browser.set_cookie("__Host-session", made.secret, domain=urlsplit(ISSUER).hostname or "", secure=True)


def add_person(floor: Floor, email: str = "anna@example.ru", **values: Any) -> Volunteer:
    """Add a person with every standard claim and a confirmed address."""
    address = parse_address(email)
    assert address
    if not _HASH:
        _HASH.append(hash_password(PASSWORD))
    wish: dict[str, Any] = {
        "name": "Анна Орлова", "is_verified": True, "claims": ALL_CLAIMS, "password_hash": _HASH[0], **values,
    }  # fmt: skip
    with floor.db.writing() as session:
        return Volunteer(email, add_account(session, OperatorAccount(address, **wish), now=clock.now()))


@dataclass(frozen=True)
class Site:
    """A client of the cast."""

    client_id: str = "dobro"
    secret: str | None = "s3cret+with/odd:characters & more"
    redirect_uri: str = "https://dobro.test/cb"
    query: dict[str, str] = field(default_factory=dict)

    def url(self, **changes: str | None) -> str:
        """Give the address of an authorization request; a change to None leaves a parameter out."""
        sent: dict[str, str | None] = {
            "client_id": self.client_id, "redirect_uri": self.redirect_uri, "response_type": "code",
            "scope": "openid profile email", "state": "st", "nonce": "no", "code_challenge": CHALLENGE,
            "code_challenge_method": "S256", **self.query, **changes,
        }  # fmt: skip
        return "/authorize?" + urlencode({k: v for k, v in sent.items() if v is not None})

    def authorize(self, browser: FlaskClient, **changes: str | None) -> TestResponse:
        """Send an authorization request and follow our own redirects until a page or the site."""
        return follow(browser, browser.get(self.url(**changes)))

    def code(self, browser: FlaskClient, **changes: str | None) -> str:
        """Get a code in a browser that is signed in and has consented."""
        return answer(self.authorize(browser, **changes))["code"]

    def redeem(self, browser: FlaskClient, code: str, **changes: str | None) -> TestResponse:
        """Present a code at the token endpoint."""
        sent: dict[str, str | None] = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": self.redirect_uri,
            "code_verifier": VERIFIER, "client_id": self.client_id, "client_secret": self.secret, **changes,
        }  # fmt: skip
        return browser.post("/token", data={k: v for k, v in sent.items() if v is not None})

    def refresh(self, browser: FlaskClient, token: str, **changes: str | None) -> TestResponse:
        """Present a refresh token at the token endpoint."""
        sent: dict[str, str | None] = {
            "grant_type": "refresh_token", "refresh_token": token, "client_id": self.client_id,
            "client_secret": self.secret, **changes,
        }  # fmt: skip
        return browser.post("/token", data={k: v for k, v in sent.items() if v is not None})

    def connect(self, browser: FlaskClient, person: Volunteer, **changes: str | None) -> dict[str, Any]:
        """Go the whole way and give the token endpoint's answer."""
        if not browser.get_cookie("__Host-session", domain=urlsplit(ISSUER).hostname or ""):
            person.enter(browser)
        page = self.authorize(browser, **changes)
        if "signin-form" in page.text:
            page = follow(browser, submit_page(browser, page, login=person.email, password=person.password))
        if "consent-form" in page.text:
            page = follow(browser, submit_page(browser, page, decision="allow"))
        told = self.redeem(browser, answer(page)["code"])
        assert told.status_code == 200, told.text
        body: dict[str, Any] = told.get_json()
        return body


def add_site(floor: Floor, site: Site | None = None, **values: Any) -> Site:
    """Register a client, confidential unless the site has no secret."""
    site = site or Site()
    wish: dict[str, Any] = {"name_ru": "Добровольцы", "name_en": "Volunteers", **values}
    wish.setdefault("redirect_uris", [site.redirect_uri])
    with floor.db.writing() as session:
        draft = ClientDraft(id=site.client_id, secret=site.secret, **wish)
        replace_client(session, draft, now=clock.now())
    return site


def new_browser(browser: FlaskClient) -> FlaskClient:
    """Give another browser at the same site, with no cookies of the first."""
    twin = type(browser)(browser.application, use_cookies=True)
    vars(twin).update({name: value for name, value in vars(browser).items() if name == "home"})
    return twin


def submit(browser: FlaskClient, page: str, **fields: str) -> TestResponse:
    """Open a page and send its form with its hidden fields."""
    return submit_page(browser, browser.get(page), **fields)


def submit_page(browser: FlaskClient, page: TestResponse, **fields: str) -> TestResponse:
    """Send the first form of a page with its hidden fields."""
    form = form_of(page)
    return browser.post(form.action or page.request.full_path, data={**form.hidden, **fields})


@dataclass(frozen=True)
class Form:
    """A form as read from a page."""

    action: str
    hidden: dict[str, str]


def form_of(page: TestResponse) -> Form:
    """Read the first form of a page."""
    found = re.search(r"<form[^>]*>.*?</form>", page.text, re.S)
    assert found, page.text
    tag = found[0].partition(">")[0]
    action = re.search(r'action="([^"]*)"', tag)
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[0])
    return Form(action[1].replace("&amp;", "&") if action else "", dict(hidden))


def follow(browser: FlaskClient, response: TestResponse) -> TestResponse:
    """Follow redirects inside the provider; stop at a page or at another site's address."""
    for _ in range(6):
        location = response.headers.get("Location", "")
        if response.status_code not in (302, 303) or location.startswith(("http", "app.")):
            return response
        response = browser.get(location)
    raise AssertionError("redirects without end")


def answer(response: TestResponse) -> dict[str, str]:
    """Give the parameters that a redirect, or a form that posts itself, carries to the site."""
    if 'id="answer-form"' in response.text:
        return {name: html.unescape(value) for name, value in form_of(response).hidden.items()}
    location = response.headers.get("Location", "")
    assert location.startswith("http"), response.text
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def claims_of(token: str) -> dict[str, Any]:
    """Read a token's claims without a look at its signature."""
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found
