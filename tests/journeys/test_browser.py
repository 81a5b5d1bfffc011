"""The browser is the one we say: third-party cookies blocked, nothing fetched from the outside."""

import pytest
from playwright.sync_api import expect

from .loopback import Answer, html, serving
from .stage import Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(120)]
SET_AND_READ = "<p></p><script src=cookie.js></script>"
COOKIE = (
    "document.cookie = 'seen=1; SameSite=None; Secure';"
    "document.querySelector('p').textContent = document.cookie || 'none'"
)


def test_third_party_cookies_are_blocked(stage: Stage) -> None:
    """Otherwise all that the journeys say about signing in would be worth nothing."""

    def site(path: str) -> Answer:
        if path == "/cookie.js":
            return "text/javascript", COOKIE.encode()
        if path == "/around":
            return html(f"<iframe src=http://inner.localhost:{port}/frame></iframe>")
        return html(SET_AND_READ)

    with serving(site) as port:
        page = stage.person()
        page.goto(f"http://inner.localhost:{port}/first")
        expect(page.locator("p")).to_have_text("seen=1")
        page.goto(f"http://outer.localhost:{port}/around")
        expect(page.frame_locator("iframe").locator("p")).to_have_text("none")
        stage.complaints.clear()  # favicon
