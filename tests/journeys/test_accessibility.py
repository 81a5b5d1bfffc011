"""axe-core finds nothing on any page a person meets, and nothing is wider than a small phone."""

import pytest
from playwright.sync_api import Page, expect

from .axe import sideways, violations
from .mail import open_letter
from .product import Product, run_idp
from .signin import ANNA, IRINA, sign_in
from .stage import Scheme, Stage, frame_of
from .window import Story, Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
SMALL_PHONE = (320, 640)
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
THIRD_PARTY = "axe-test"
ACCOUNT_PAGES = (
    "", "/contacts", "/contacts/email", "/contacts/phone", "/password", "/security", "/sessions", "/sites",
    "/activity", "/data", "/data/delete",
)  # fmt: skip


class Inspector:
    """Looks at a window's step or a page, and remembers what is wrong."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def look_at_frame(self, window: Window) -> None:
        """Inspect the step in the frame."""
        self._look(window.page, inside=True)

    def look_at_page(self, page: Page) -> None:
        """Inspect a page of our own."""
        self._look(page, inside=False)

    def _look(self, page: Page, *, inside: bool) -> None:
        place = frame_of(page) if inside else page
        self.faults += violations(place)
        wider = sideways(place)
        if wider > 0:
            self.faults.append(f"{place.url}: {wider} px wider than the window")


@pytest.mark.parametrize(("language", "scheme"), [("ru", "light"), ("ru", "dark"), ("en", "light")])
def test_steps_of_the_frame(
    stage: Stage, product: Product, photo: bytes, language: str, scheme: Scheme
) -> None:
    story = Story(email=f"axe-{language}-{scheme}@example.org")
    page, inspector = stage.person(size=SMALL_PHONE, scheme=scheme), Inspector()
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.expect_step("place")
    if language == "en":
        window.frame.locator("footer a[lang=en]").click()
        expect(window.title).to_have_text("Where is the problem?")
        story = Story(address="Oktyabrskoy Revolyutsii", trouble="hole", email=story.email)
    _look_at_place(window, inspector, story)
    window.search_category(story)
    inspector.look_at_frame(window)
    window.describe(story)
    inspector.look_at_frame(window)
    window.add_photo(photo)
    window.next.click()
    expect(window.frame.locator(".error-summary")).to_be_visible()
    inspector.look_at_frame(window)
    window.introduce(story)
    inspector.look_at_frame(window)
    window.send()
    inspector.look_at_frame(window)
    assert inspector.faults == []


def test_pages_about_a_report(stage: Stage, product: Product, photo: bytes) -> None:
    story, page, inspector = Story(email="axe-pages@example.org"), stage.person(size=SMALL_PHONE), Inspector()
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.introduce(story)
    number = window.send()
    page.goto(f"{product.window}/p/{number}")
    inspector.look_at_page(page)
    open_letter(page, product, to=story.email, about=number)
    page.locator("main a[href*='/confirm/']").click()
    inspector.look_at_page(page)
    page.locator("#confirm").click()
    expect(page.locator(".notice.good")).to_be_visible()
    inspector.look_at_page(page)
    _look_at_service(page, inspector, product, number)
    _look_at_console(stage, inspector, product, number)
    assert inspector.faults == []


def test_pages_of_signing_in(stage: Stage, product: Product) -> None:
    page, inspector = stage.person(size=SMALL_PHONE), Inspector()
    page.goto(f"{product.window}/console")
    inspector.look_at_page(page)
    stage.shots.take(page, "sign-in")
    sign_in(page, ANNA, "not the password")
    expect(page.locator(".error-summary")).to_be_visible()
    inspector.look_at_page(page)
    page.locator("#to-register").click()
    expect(page.locator("#register-form")).to_be_visible()
    inspector.look_at_page(page)
    stage.shots.take(page, "registration")
    page.goto(f"{product.provider}/register")
    page.locator("#login").fill("+7 916 123-45-67")
    page.locator("#password").fill("совсем другие слова 77")
    page.locator("#submit").click()
    expect(page.locator("#code-form")).to_be_visible()
    inspector.look_at_page(page)
    page.goto(f"{product.provider}/reset")
    inspector.look_at_page(page)
    page.locator("#login").fill("+7 916 123-45-67")
    page.locator("#submit").click()
    expect(page.locator("#reset-code-form")).to_be_visible()
    inspector.look_at_page(page)
    page.context.clear_cookies()
    _look_at_consent(page, inspector, stage, product)
    for section in ACCOUNT_PAGES:
        page.goto(f"{product.provider}/account{section}")
        inspector.look_at_page(page)
        stage.shots.take(page, f"account{section.replace('/', '-')}")
    page.locator("#delete").click()
    expect(page.locator(".error-summary")).to_be_visible()
    inspector.look_at_page(page)
    page.goto(f"{product.window}/privacy")
    inspector.look_at_page(page)
    stage.complaints.clear()  # a wrong password is answered by a 4xx
    assert inspector.faults == []


def _look_at_place(window: Window, inspector: Inspector, story: Story) -> None:
    window.frame.locator(".show-map").click()
    expect(window.frame.locator("place-map .map.leaflet-container")).to_be_visible()
    inspector.look_at_frame(window)
    window.choose_suggested_place(story)
    inspector.look_at_frame(window)


def _look_at_service(page: Page, inspector: Inspector, product: Product, number: str) -> None:
    open_letter(page, product, to="doroga@kolomna.example", about=number)
    page.locator("main a[href*='/s/']").click()
    inspector.look_at_page(page)
    page.locator("#fix").click()
    expect(page.locator("#text-error")).to_be_visible()
    inspector.look_at_page(page)


def _look_at_console(stage: Stage, inspector: Inspector, product: Product, number: str) -> None:
    page = stage.person(size=SMALL_PHONE)
    page.goto(f"{product.window}/console")
    sign_in(page, IRINA, product.password)
    page.wait_for_url(f"{product.window}/console")
    page.locator("details summary").first.click()
    inspector.look_at_page(page)
    page.goto(f"{product.window}/console/{number}")
    inspector.look_at_page(page)
    page.goto(f"{product.window}/my")
    inspector.look_at_page(page)


def _look_at_consent(page: Page, inspector: Inspector, stage: Stage, product: Product) -> None:
    """A third party's client: people are asked before it learns anything."""
    back = f"{product.gorod}/"
    names = ("--name-ru", "Город и люди", "--name-en", "Town and People")
    run_idp(product, "clients", "add", "--id", THIRD_PARTY, "--public", "--redirect-uri", back, *names)
    page.goto(
        f"{product.provider}/authorize?response_type=code&client_id={THIRD_PARTY}&redirect_uri={back}"
        f"&scope=openid+email+profile&state=s&code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
    sign_in(page, ANNA, product.password)
    expect(page.locator("#consent-form")).to_be_visible()
    inspector.look_at_page(page)
    stage.shots.take(page, "consent")
