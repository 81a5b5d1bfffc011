"""A person enters a partner's site with their account, in a browser, and leaves it again."""

import pytest
from playwright.sync_api import expect

from .axe import sideways, violations
from .product import Product
from .signin import ANNA, sign_in
from .stage import Scheme, Stage

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
SMALL_PHONE = (320, 640)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_person_enters_and_leaves(stage: Stage, product: Product, scheme: Scheme) -> None:
    page, faults = stage.person(size=SMALL_PHONE, scheme=scheme), list[str]()
    page.goto(product.kniga)
    stage.shots.take(page, "stranger")
    faults += violations(page)
    page.locator("#login").click()
    sign_in(page, ANNA, product.password)
    page.locator("#allow").or_(page.locator("#profile")).first.wait_for()
    if page.locator("#allow").is_visible():  # asked once, remembered afterwards
        page.locator("#allow").click()
    expect(page.locator("h1")).to_have_text("Здравствуйте, Анна Волкова")
    expect(page.locator("#acr")).to_have_text("L1")
    stage.shots.take(page, "signed-in")
    faults += violations(page)
    assert sideways(page) <= 0
    page.locator("#logout").click()
    expect(page.get_by_role("status")).to_have_text("Вы вышли и здесь, и в «Гражданине».")
    stage.shots.take(page, "signed-out")
    page.locator("#login").click()
    expect(page.locator("#signin-form")).to_be_visible()
    assert faults == []
