"""The demo's mailbox, read as a person reads mail: the newest letter on top, links to press."""

from playwright.sync_api import Locator, Page

from .product import Product
from .stage import until


def open_letter(page: Page, product: Product, *, to: str, about: str) -> Locator:
    """Open the newest letter to somebody whose subject holds these words; waits until it has come."""
    until(page, lambda: _letters(page, product, to, about).count() > 0, f"a letter to {to} about {about}")
    _letters(page, product, to, about).first.click()
    return page.locator("main")


def count_letters(page: Page, product: Product, *, to: str, about: str) -> int:
    """Count the letters to somebody whose subject holds these words."""
    return _letters(page, product, to, about).count()


def _letters(page: Page, product: Product, to: str, about: str) -> Locator:
    page.goto(product.mailbox)
    return page.locator("ul.letters a").filter(has_text=to).filter(has_text=about)
