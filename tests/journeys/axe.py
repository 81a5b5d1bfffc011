"""Accessibility rules of axe-core, run inside a frame or a page."""

import json
from typing import Any

from playwright.sync_api import Frame, Page

from .product import ROOT

_SOURCE = ROOT / "widget_assets" / "node_modules" / "axe-core" / "axe.min.js"


def violations(place: Frame | Page) -> list[str]:
    """Give each broken rule with the elements that break it; nothing when all is well."""
    place.evaluate(_SOURCE.read_text(encoding="utf-8"))
    found: dict[str, Any] = json.loads(place.evaluate("axe.run().then(JSON.stringify)"))
    return [
        f"{place.url}: {rule['id']}: {node['html'][:160]} ({node['failureSummary']})"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def sideways(place: Frame | Page) -> int:
    """Give by how many pixels a page is wider than its window; above 0 something is cut off or scrolls."""
    # A phone widens its window for a page that is too wide, so the window's own word does not count.
    size = place.viewport_size if isinstance(place, Page) else None
    width = size["width"] if size else place.evaluate("innerWidth")
    return int(place.evaluate("document.documentElement.scrollWidth")) - int(width)
