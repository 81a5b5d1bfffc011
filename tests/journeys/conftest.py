"""The stage of the journeys: one running product and one Chromium for all of them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from .chromium import chromium
from .pictures import Spot, phone_photo
from .product import Product, running_product
from .stage import PATIENCE_SECONDS, Shots, Stage

HOME = Spot(38.7720, 55.0900)


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with its demo, as one command starts it."""
    with running_product(tmp_path_factory.mktemp("product")) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium that blocks third-party cookies."""
    expect.set_options(timeout=PATIENCE_SECONDS * 1000)
    with chromium() as started:
        yield started


@pytest.fixture
def stage(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """Browsers for the people of one journey; a page that complained fails it."""
    name = request.node.name.removeprefix("test_")
    opened = Stage(browser, Shots(name))
    yield opened
    opened.close()
    assert opened.complaints == []


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A phone's photo with the place inside."""
    return phone_photo(HOME)
