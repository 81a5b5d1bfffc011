"""A passkey in a real browser: registered, signed in with, by the button and out of the suggestions."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import CDPSession, Page, expect

from .axe import sideways, violations
from .product import Product, run_idp
from .signin import sign_in
from .stage import PHONE, Scheme, Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
PASSWORD = "correct horse battery staple 7"
SMALL_PHONE = (320, 640)


@dataclass(frozen=True)
class Fingerprint:
    """A device with a fingerprint reader, inside the browser."""

    session: CDPSession
    id: str

    def answers(self, *, at_once: bool) -> None:
        """Let the person touch the reader at once, or not yet."""
        wish = {"authenticatorId": self.id, "enabled": at_once}
        self.session.send("WebAuthn.setAutomaticPresenceSimulation", wish)


@contextmanager
def authenticator(page: Page) -> Iterator[Fingerprint]:
    """Put such a device into the page's browser."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield Fingerprint(session, made["authenticatorId"])
    session.detach()


def _add_person(product: Product, email: str) -> str:
    run_idp(product, "users", "add", email, "--password", PASSWORD, "--name", "Вера", "--verified")
    return email


def _sign_in(page: Page, product: Product, email: str) -> None:
    page.goto(f"{product.provider}/signin")
    sign_in(page, email, PASSWORD)
    page.wait_for_url(f"{product.provider}/account")


def _sign_out(page: Page, product: Product) -> None:
    page.goto(f"{product.provider}/account")
    page.locator("#to-logout").click()
    page.locator("#logout-confirm").click()
    expect(page.locator("#signed-out")).to_be_visible()


def test_passkey_is_added_and_signs_in(stage: Stage, product: Product) -> None:
    email, account = _add_person(product, "vera@kolomna.example"), f"{product.provider}/account"
    page = stage.person(size=PHONE)
    with authenticator(page) as device:
        _sign_in(page, product, email)
        page.goto(f"{product.provider}/account/security")
        page.locator("#passkey-name").fill("Телефон Веры")
        page.locator("#add-passkey").click()
        expect(page.locator("#codes li")).to_have_count(10)
        page.locator("#kept").click()
        expect(page.locator("#passkeys")).to_contain_text("Телефон Веры")
        _sign_out(page, product)

        device.answers(at_once=False)
        page.goto(f"{product.provider}/signin", wait_until="networkidle")  # the suggestions are asked for
        device.answers(at_once=True)  # a question asked before stays open, the next one is answered
        page.locator("#passkey").click()
        page.wait_for_url(account)
        _sign_out(page, product)

        device.answers(at_once=False)
        page.goto(f"{product.provider}/signin")
        sign_in(page, email, PASSWORD)
        expect(page.locator("#factor")).to_be_visible()
        assert not [c for c in page.context.cookies() if c.get("name") == "__Host-session"]
        device.answers(at_once=True)
        page.locator("#passkey").click()
        page.wait_for_url(account)


def test_passkey_is_offered_among_the_suggestions(stage: Stage, product: Product) -> None:
    """The device that answers by itself stands for a person who takes the suggestion."""
    email, page = _add_person(product, "lida@kolomna.example"), stage.person(size=PHONE)
    with authenticator(page):
        _sign_in(page, product, email)
        page.goto(f"{product.provider}/account/security")
        page.locator("#add-passkey").click()
        expect(page.locator("#codes li")).to_have_count(10)
        _sign_out(page, product)
        page.goto(f"{product.provider}/signin")
        page.wait_for_url(f"{product.provider}/account")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_about_security_are_accessible(stage: Stage, product: Product, scheme: Scheme) -> None:
    email = _add_person(product, f"zoya-{scheme}@kolomna.example")
    page, faults = stage.person(size=SMALL_PHONE, scheme=scheme), []

    def look(name: str) -> None:
        stage.shots.take(page, name)
        wide = sideways(page)
        faults.extend([*violations(page), *([f"{page.url}: {wide} px too wide"] if wide > 0 else [])])

    with authenticator(page):
        page.goto(f"{product.provider}/signin")
        expect(page.locator("#passkey")).to_be_visible()
        look("signin")
        sign_in(page, email, PASSWORD)
        page.goto(f"{product.provider}/account/security/app")
        look("app")
        page.goto(f"{product.provider}/account/security")
        look("security")
        page.locator("#add-passkey").click()
        expect(page.locator("#recovery-codes")).to_be_visible()
        look("codes")
        page.locator("#kept").click()
        look("security-on")
        page.locator("#passkeys a").click()
        look("passkey")
        _sign_out(page, product)
    page.goto(f"{product.provider}/signin")
    sign_in(page, email, PASSWORD)
    expect(page.locator("#factor")).to_be_visible()
    look("factor")
    page.locator("#to-paper").click()
    look("paper")
    assert faults == []
