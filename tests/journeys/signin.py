"""Signing in at the provider, in whichever window its page opens."""

from playwright.sync_api import Page

ANNA = "anna@kolomna.example"
IRINA = "irina@kolomna.example"
PAVEL = "pavel@kolomna.example"


def sign_in(page: Page, email: str, password: str) -> None:
    """Fill in the provider's page and go on."""
    page.locator("#login").fill(email)
    page.locator("#password").fill(password)
    page.locator("#submit").click()
