"""What people of the cast do to guard their accounts: an app, codes on paper, passkeys."""

import re
from typing import Any

import pyotp
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from tests.idp.cast import submit_page
from tests.idp.passkeys_device import Device


def token_of(page: TestResponse) -> str:
    """Give the form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def add_app(browser: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    """Set an app up in a browser that is signed in; give it, and the codes for paper."""
    page = browser.get("/account/security/app")
    key = re.search(r'<code id="key">([A-Z2-7 ]+)</code>', page.text)
    assert key, page.text
    app = pyotp.TOTP(key[1].replace(" ", ""))
    done = submit_page(browser, page, code=code_of(app))
    return app, codes_of(done)


def code_of(app: pyotp.TOTP, *, later: int = 0) -> str:
    """Give the code that an app shows now, or some steps later."""
    return app.generate_otp(int(clock.now().timestamp()) // 30 + later)


def codes_of(page: TestResponse) -> list[str]:
    """Give the codes for paper that a page shows."""
    return re.findall(r"<li><code>([0-9A-Z-]+)</code></li>", page.text)


def add_passkey(browser: FlaskClient, device: Device, name: str = "Телефон") -> TestResponse:
    """Register a device's passkey in a browser that is signed in."""
    token = token_of(browser.get("/account/security"))
    options = browser.post("/account/security/passkeys/challenge", data={"csrf_token": token}).get_json()
    sent = {"csrf_token": token, "name": name, "credential": device.create(options)}
    return browser.post("/account/security/passkeys", data=sent)


def passkey_options(browser: FlaskClient, page: TestResponse, path: str) -> dict[str, Any]:
    """Get what a page asks a passkey, at the address of its challenges."""
    answer = browser.post(path, data=_fields(page))
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = answer.get_json()
    return options


def send_passkey(browser: FlaskClient, page: TestResponse, path: str, credential: str) -> TestResponse:
    """Send what a device has answered."""
    return browser.post(path, data={**_fields(page), "credential": credential})


def sign_in_by_passkey(browser: FlaskClient, page: TestResponse, device: Device) -> TestResponse:
    """Sign in with a device alone, from the sign-in page."""
    options = passkey_options(browser, page, "/signin/passkey/challenge")
    return send_passkey(browser, page, "/signin/passkey", device.get(options))


def _fields(page: TestResponse) -> dict[str, str]:
    visit = re.search(r'name="visit" value="([^"]+)"', page.text)
    return {"csrf_token": token_of(page), **({"visit": visit[1]} if visit else {})}
