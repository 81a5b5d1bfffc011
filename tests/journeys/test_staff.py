"""Staff of a service works in the console: sees the own reports, and of others nothing."""

import pytest
from playwright.sync_api import Page, expect

from .mail import open_letter
from .product import Product
from .signin import ANNA, IRINA, PAVEL, sign_in
from .stage import Stage
from .window import Story, Window, report_as_guest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
DESK = (1280, 900)
HOLE = Story(email="hole@example.org")
LAMP = Story(
    email="lamp@example.org", trouble="фонарь", category="lighting.street", words="Не горит третий столб"
)


def test_official_answers_own_reports_only(stage: Stage, product: Product, photo: bytes) -> None:
    hole, lamp = (_reported(stage, product, photo, story) for story in (HOLE, LAMP))
    page = _at_console(stage, product, IRINA)
    expect(page.locator("main")).to_contain_text("Дорожная служба")
    stage.shots.take(page, "list")
    _open_filters(page)
    page.locator("#state").select_option("sent")
    page.locator("#category").select_option(HOLE.category)
    page.locator("form.filters button").click()
    expect(page.locator("table.rows")).to_contain_text(hole)
    expect(page.locator("table.rows")).not_to_contain_text(lamp)
    stage.shots.take(page, "filtered")
    page.get_by_role("link", name=hole).click()
    expect(page.locator("main")).to_contain_text(HOLE.words)
    stage.shots.take(page, "report")
    page.locator("button[value=take]").click()
    expect(page.locator(".notice.good")).to_be_visible()
    page.locator("#text").fill("Ямочный ремонт назначен на четверг")
    page.locator("button[value=answer]").click()
    expect(page.locator("ol.history")).to_contain_text("Ямочный ремонт")
    stage.shots.take(page, "answered")
    _cannot_open(page, product, lamp)
    reporter = stage.person()
    letter = open_letter(reporter, product, to=HOLE.email, about=f"Новости по сообщению {hole}")
    expect(letter).to_be_visible()
    stage.complaints.clear()  # the other service's report was answered by a 404


def test_platform_staff_sees_all_services(stage: Stage, product: Product) -> None:
    page = _at_console(stage, product, PAVEL)
    _open_filters(page)
    expect(page.locator("#service")).to_be_visible()
    stage.shots.take(page, "platform")


def test_ordinary_person_is_told_the_console_is_for_staff(stage: Stage, product: Product) -> None:
    page = _at_console(stage, product, ANNA)
    expect(page.locator("main")).to_contain_text("для сотрудников")
    expect(page.locator("table")).to_have_count(0)
    stage.shots.take(page, "refused")
    stage.complaints.clear()  # the answer is a 403


def _at_console(stage: Stage, product: Product, email: str) -> Page:
    page = stage.person(size=DESK)
    page.goto(f"{product.window}/console")
    sign_in(page, email, product.password)
    page.wait_for_url(f"{product.window}/console")
    return page


def _open_filters(page: Page) -> None:
    page.locator("details summary", has_text="Отобрать").click()


def _reported(stage: Stage, product: Product, photo: bytes, story: Story) -> str:
    page = stage.person()
    page.goto(f"{product.dobro}/report")
    number = report_as_guest(Window(page, stage.shots), story, photo)
    open_letter(page, product, to=story.email, about=number)
    page.locator("main a[href*='/confirm/']").click()
    page.locator("#confirm").click()
    expect(page.locator(".notice.good")).to_be_visible()
    return number


def _cannot_open(page: Page, product: Product, number: str) -> None:
    answer = page.goto(f"{product.window}/console/{number}")
    assert answer
    assert answer.status == 404
