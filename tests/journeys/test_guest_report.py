"""A guest reports from a partner's page on a phone; the service answers; everybody sees it."""

import re
import time
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from .mail import open_letter
from .pictures import metadata_of
from .product import Product, fetch
from .stage import Stage
from .window import Story, Window, report_as_guest

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
TWO_MINUTES = 120.0


def test_guest_reports_with_photo_and_service_answers(stage: Stage, product: Product, photo: bytes) -> None:
    story, volunteer, shots = Story(email="vera@example.org"), stage.person(), stage.shots
    started = time.monotonic()
    volunteer.goto(product.dobro)
    shots.take(volunteer, "partner")
    volunteer.locator("main a", has_text="Сообщить о проблеме").first.click()
    number = report_as_guest(Window(volunteer, shots), story, photo)
    assert time.monotonic() - started < TWO_MINUTES

    open_letter(volunteer, product, to=story.email, about=number)
    shots.take(volunteer, "letter-to-confirm")
    volunteer.locator("main a[href*='/confirm/']").click()
    shots.take(volunteer, "confirm")
    volunteer.locator("#confirm").click()
    expect(volunteer.locator(".notice.good")).to_be_visible()
    shots.take(volunteer, "confirmed")

    official = stage.person(size=(1280, 900))
    _answer_by_link(official, stage, product, number)

    open_letter(volunteer, product, to=story.email, about=f"Новости по сообщению {number}")
    expect(volunteer.locator("main")).to_contain_text("Яму засыпали")
    shots.take(volunteer, "letter-with-answer")
    _read_public_page(volunteer, stage, product, number, story)


def _answer_by_link(official: Page, stage: Stage, product: Product, number: str) -> None:
    """Open the service's letter, take the report into work, say that it is fixed."""
    open_letter(official, product, to="doroga@kolomna.example", about=number)
    stage.shots.take(official, "letter-to-service")
    official.locator("main a[href*='/s/']").click()
    expect(official.locator("main")).to_contain_text("Вера")
    stage.shots.take(official, "service-door")
    official.locator("#take").click()
    expect(official.locator(".notice.good")).to_be_visible()
    expect(official.locator("#take")).to_have_count(0)
    official.locator("#text").fill("Яму засыпали, движение открыто")
    stage.shots.take(official, "service-answer")
    official.locator("#fix").click()
    expect(official.locator("ol.history")).to_contain_text("Яму засыпали")
    stage.shots.take(official, "service-done")


def _read_public_page(anybody: Page, stage: Stage, product: Product, number: str, story: Story) -> None:
    """Read what everybody may: the answer and a clean photo, nothing about the person."""
    anybody.goto(product.window + f"/p/{number}")
    main = anybody.locator("main")
    expect(main).to_contain_text("Яму засыпали")
    expect(main).not_to_contain_text(re.compile(f"{story.email}|{story.name}"))
    stage.shots.take(anybody, "public-page")
    link = anybody.locator("ul.photos a").get_attribute("href")
    assert metadata_of(fetch(urljoin(anybody.url, link or ""))) == {}
