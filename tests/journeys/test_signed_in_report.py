"""A person signs in from inside the partner's page, in a window of its own, without third-party cookies."""

import pytest
from playwright.sync_api import Page, expect

from .mail import open_letter
from .product import Product
from .signin import ANNA, sign_in
from .stage import Stage
from .window import Story, Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


def test_person_signs_in_by_popup_and_report_goes_at_once(
    stage: Stage, product: Product, photo: bytes
) -> None:
    story, page = Story(email=ANNA), stage.person()
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    _sign_in_by_popup(window, product)
    window.agree()
    expect(window.frame.locator("main")).not_to_contain_text("Дни считаются с подтверждения")
    number = window.send()
    expect(window.title).to_have_text("Спасибо, сообщение отправлено")

    own = page.context.new_page()  # the provider knows the person by now
    own.goto(f"{product.window}/my")
    expect(own.locator("main")).to_contain_text(number)
    stage.shots.take(own, "my-reports")
    official = stage.person(size=(1280, 900))
    letter = open_letter(official, product, to="doroga@kolomna.example", about=number)
    expect(letter).to_contain_text(story.words)


def test_closed_sign_in_window_loses_nothing(stage: Stage, product: Product, photo: bytes) -> None:
    story, page = Story(email="guest-after-all@example.org"), stage.person()
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.frame.locator("#email").fill(story.email)
    _open_popup(window).close()
    expect(window.frame.locator("sign-in-popup [role=status]")).to_contain_text("Окно")
    stage.shots.take(page, "window-closed")
    expect(window.frame.locator("#email")).to_have_value(story.email)
    window.introduce(story)
    window.send()


def _open_popup(window: Window) -> Page:
    button = window.frame.locator("sign-in-popup button")
    expect(button).to_be_visible()
    with window.page.expect_popup() as opened:
        button.click()
    popup = opened.value
    expect(popup.locator("#login")).to_be_visible()
    return popup


def _sign_in_by_popup(window: Window, product: Product) -> None:
    popup = _open_popup(window)
    window.shots.take(popup, "sign-in-window")
    with popup.expect_event("close"):
        sign_in(popup, ANNA, product.password)
    expect(window.frame.locator(".notice.good")).to_contain_text("Анна Волкова")
    expect(window.frame.locator("#email")).to_have_count(0)
