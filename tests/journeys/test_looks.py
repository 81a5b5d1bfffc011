"""Pictures of every page at the widths, colours and languages people have, for a person's eyes to judge.

What a machine can see is asserted: no page is wider than its window.
"""

import pytest
from playwright.sync_api import Browser, StorageState, expect

from .axe import sideways
from .mail import open_letter
from .product import Product
from .signin import IRINA, sign_in
from .stage import Scheme, Shots, Stage, frame_of, take_whole
from .window import Story, Window, report_as_guest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
STEPS = ("place", "category", "details", "photos", "who", "check")
LOOKS: list[tuple[int, str, Scheme]] = [
    (320, "ru", "light"),
    (390, "ru", "dark"),
    (768, "ru", "light"),
    (1280, "ru", "light"),
    (1280, "ru", "dark"),
    (320, "en", "light"),
    (1280, "en", "light"),
]


@pytest.fixture(scope="module")
def pages(browser: Browser, product: Product, photo: bytes) -> tuple[dict[str, str], StorageState]:
    """The address of every page worth a look, and the memory of an official's browser."""
    stage = Stage(browser, Shots("looks"))
    found = _reported(stage, product, photo)
    desk = stage.person(size=(1280, 900))
    desk.goto(f"{product.window}/console")
    sign_in(desk, IRINA, product.password)
    desk.wait_for_url(f"{product.window}/console")
    memory = desk.context.storage_state()
    stage.close()
    return found | _standing(product), memory


@pytest.mark.parametrize(("width", "language", "scheme"), LOOKS)
def test_every_page_fits_its_window(
    stage: Stage,
    pages: tuple[dict[str, str], StorageState],
    width: int,
    language: str,
    scheme: Scheme,
) -> None:
    addresses, memory = pages
    official = stage.person(size=(width, 800), scheme=scheme, language=language, memory=memory)
    stranger = stage.person(size=(width, 800), scheme=scheme, language=language)
    folder = stage.shots.folder.parent / "looks" / f"{width}-{scheme}-{language}"
    folder.mkdir(exist_ok=True)
    wide = {}
    for name, address in addresses.items():
        page = stranger if name in ("sign-in", "registration") else official
        page.goto(f"{address}{'&' if '?' in address else '?'}lang={language}")
        if name == "map":
            page.locator(".show-map").click()
            expect(page.locator("place-map .leaflet-overlay-pane path").first).to_be_attached()
        take_whole(page, folder / f"{name}.png")
        if sideways(page) > 0:
            wide[name] = sideways(page)
    stage.complaints.clear()  # the page for webmasters is a 403
    assert wide == {}


def _reported(stage: Stage, product: Product, photo: bytes) -> dict[str, str]:
    """Report twice, once up to the last step, and give the addresses on the way."""
    page, story = stage.person(), Story(email="looks@example.org")
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    number = report_as_guest(window, story, photo)
    receipt = frame_of(page).url.partition("?")[0]
    open_letter(page, product, to=story.email, about=number)
    page.locator("main a[href*='/confirm/']").click()
    confirm = page.url
    page.locator("#confirm").click()
    open_letter(page, product, to="doroga@kolomna.example", about=number)
    door = page.locator("main a[href*='/s/']").get_attribute("href") or ""
    page.goto(f"{product.dobro}/report")
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.introduce(story)
    draft = frame_of(page).url.partition("?")[0].rpartition("/")[0]
    return {
        **{step: f"{draft}/{step}" for step in STEPS},
        "receipt": receipt,
        "confirm": confirm,
        "service-door": door,
        "status": f"{product.window}/p/{number}",
        "console-report": f"{product.window}/console/{number}",
    }


def _standing(product: Product) -> dict[str, str]:
    """Give the pages that are there for everybody."""
    return {
        "map": f"{product.window}/w/dobro",
        "diagnosis": f"{product.window}/w/nobody",
        "window-home": f"{product.window}/",
        "privacy": f"{product.window}/privacy",
        "console": f"{product.window}/console",
        "console-overdue": f"{product.window}/console?overdue=1",
        "my": f"{product.window}/my",
        "sign-in": f"{product.window}/signin?next=/my",
        "registration": f"{product.provider}/register",
        "account": f"{product.provider}/account",
        "partner": f"{product.dobro}/report",
        "partner-plain": f"{product.gorod}/",
        "mailbox": f"{product.mailbox}/",
    }
