"""What happens on a bad day: reloads, no network, impatient fingers. Nothing is lost, nothing sent twice."""

import pytest
from playwright.sync_api import expect

from .mail import count_letters, open_letter
from .product import Product
from .stage import Stage, frame_of
from .window import Story, Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_reload_in_the_middle_keeps_the_draft(stage: Stage, product: Product, photo: bytes) -> None:
    story, window = Story(email="reload@example.org"), _open(stage, product)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.introduce(story)
    frame_of(window.page).evaluate("location.reload()")
    window.expect_step("check")
    window.frame.locator("a.back").click()
    window.expect_step("who")
    expect(window.frame.locator("#email")).to_have_value(story.email)
    window.frame.locator("a.back").click()
    window.expect_step("photos")
    expect(window.frame.locator("ul.photos img")).to_have_count(1)
    window.shoot("photo-is-there")
    frame_of(window.page).evaluate("history.back()")
    window.expect_step("who")


def test_offline_keeps_the_form_and_sends_later(stage: Stage, product: Product, photo: bytes) -> None:
    story, window = Story(email="offline@example.org"), _open(stage, product)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.page.context.set_offline(True)
    window.frame.locator("#email").fill(story.email)
    for box in ("consent-process", "consent-transfer"):
        window.frame.locator(f"#{box}").check()
    window.next.click()
    notice = window.frame.locator("#shell-notice")
    expect(notice).to_contain_text("Нет связи")
    expect(window.frame.locator("#email")).to_have_value(story.email)
    window.shoot("offline")
    window.page.context.set_offline(False)
    notice.get_by_role("button").click()
    window.expect_step("check")
    window.page.context.set_offline(True)
    window.next.click()
    expect(notice).to_be_visible()
    window.page.context.set_offline(False)
    notice.get_by_role("button").click()
    window.receipt()
    stage.complaints.clear()  # the browser says that there was no network


def test_photo_waits_for_the_network(stage: Stage, product: Product, photo: bytes) -> None:
    story, window = Story(), _open(stage, product)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.page.context.set_offline(True)
    file = {"name": "IMG_7.jpg", "mimeType": "image/jpeg", "buffer": photo}
    window.frame.locator("#photo").set_input_files(file)  # type: ignore[arg-type]  # FilePayload is such a dict
    row = window.frame.locator("ul.photos li")
    expect(row).to_have_attribute("data-state", "resting")
    expect(row).to_contain_text("Фото IMG_7.jpg ждёт связи")
    window.shoot("photo-waits")
    window.page.context.set_offline(False)
    expect(window.frame.locator("ul.photos li[data-id]")).to_have_count(1)
    stage.complaints.clear()  # the browser says that there was no network


def test_double_click_on_send_gives_one_report(stage: Stage, product: Product, photo: bytes) -> None:
    story, window = Story(email="twice@example.org"), _open(stage, product)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.introduce(story)
    window.next.dblclick()
    number = window.receipt()
    page = window.page
    open_letter(page, product, to=story.email, about=number)
    page.goto(f"{product.window}/p/{number}")  # one turn of the outbox more than a second letter would need
    assert count_letters(page, product, to=story.email, about="") == 1


def _open(stage: Stage, product: Product) -> Window:
    page = stage.person()
    page.goto(f"{product.dobro}/report")
    return Window(page, stage.shots)
