"""A pin is put on the map: on street tiles that the test serves, and on the product's own light base."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from .loopback import Answer, serving
from .pictures import Spot, red_centre, street_tile
from .product import Product, running_product
from .stage import Stage, until
from .window import Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
TARGET = Spot(38.7822, 55.0812)
CLOSE_ENOUGH_M = 20


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product whose operator has set a tile source."""
    with serving(_tile) as port:
        tiles = f"http://127.0.0.1:{port}/{{z}}/{{x}}/{{y}}.png"
        folder = tmp_path_factory.mktemp("tiled")
        with running_product(
            folder, WIDGET_TILE_URL=tiles, WIDGET_TILE_ATTRIBUTION="© Сетка улиц"
        ) as started:
            yield started


def test_pin_on_street_tiles_is_within_twenty_metres(stage: Stage, tiled: Product) -> None:
    page = stage.person(size=(1280, 900))
    window = _open_map(page, tiled, stage)
    _drag_target_under_pin(page)
    for _ in range(3):
        window.frame.locator(".leaflet-control-zoom-in").click()
    _drag_target_under_pin(page)
    window.shoot("pin-on-target")
    expect(window.frame.locator("place-map")).to_contain_text("© Сетка улиц")
    until(page, lambda: _pinned(window).metres_to(TARGET) <= CLOSE_ENOUGH_M, "a pin within 20 m")
    expect(window.frame.locator(".pin-report")).to_contain_text("Коломна")
    window.next.click()
    window.expect_step("category")


def test_arrow_keys_move_the_map_and_enter_takes(stage: Stage, tiled: Product) -> None:
    page = stage.person(size=(1280, 900))
    window = _open_map(page, tiled, stage)
    window.frame.locator("place-map .map").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    expect(window.frame.locator("#coordinates")).to_have_value(re.compile(r"^\d"))
    first = _pinned(window)
    page.keyboard.press("ArrowRight")
    until(page, lambda: _pinned(window).lon > first.lon, "a pin farther east")
    page.keyboard.press("Enter")
    expect(window.next).to_be_focused()


def test_own_base_map_needs_no_foreign_network(stage: Stage, product: Product) -> None:
    page, hosts = stage.person(), set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    window = _open_map(page, product, stage)
    drawn = window.frame.locator("place-map .leaflet-overlay-pane path, place-map canvas")
    expect(drawn.first).to_be_attached()
    window.shoot("own-base")
    window.frame.locator("place-map .map").tap()
    window.shoot("own-base-awake")
    assert hosts == {"dobro.localhost", "widget.igrajdanin.localhost"}


def test_map_lets_the_page_scroll(stage: Stage, product: Product) -> None:
    """A wheel over the map scrolls the partner's page, not the map."""
    page = stage.person(size=(1280, 500))
    window = _open_map(page, product, stage)
    box = _box(window.frame.locator(".map-box"))
    before = page.evaluate("scrollY")
    page.mouse.move(box[0] + box[2] / 2, box[1] + min(box[3], 200) / 2)
    page.mouse.wheel(0, 200)
    until(page, lambda: page.evaluate("scrollY") > before, "a page that scrolls")


def _open_map(page: Page, product: Product, stage: Stage) -> Window:
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.expect_step("place")
    window.frame.get_by_role("button", name="Показать карту").click()
    expect(window.frame.locator("place-map .map.leaflet-container")).to_be_visible()
    return window


def _drag_target_under_pin(page: Page) -> None:
    """Find the red disc with the eyes, take it, and pull it under the pin."""
    window = page.frame_locator("iframe[src*='/w/']")
    map_box = window.locator(".map-box")
    map_box.scroll_into_view_if_needed()
    until(page, lambda: _sees_target(page), "tiles with the target")
    x, y = red_centre(page.screenshot())
    left, top, width, height = _box(map_box)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(left + width / 2, top + height / 2, steps=8)
    page.mouse.up()


def _sees_target(page: Page) -> bool:
    try:
        red_centre(page.screenshot())
    except AssertionError:
        return False
    return True


def _pinned(window: Window) -> Spot:
    lat, lon = window.frame.locator("#coordinates").input_value().split(", ")
    return Spot(float(lon), float(lat))


def _box(element: Locator) -> tuple[float, float, float, float]:
    box = element.bounding_box()
    assert box
    return box["x"], box["y"], box["width"], box["height"]


def _tile(path: str) -> Answer:
    z, x, y = (int(part) for part in re.findall(r"\d+", path)[:3])
    return "image/png", street_tile(z, x, y, mark=TARGET)
