"""Built files are named by their content, kept for a year, and nothing else is served."""

import base64
import hashlib
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.web.assets import Assets, asset_url, script_tag, style_tag
from tests.idp.kernel.web.conftest import HOME


@pytest.fixture
def assets(stage: Flask) -> Assets:
    """What the build made."""
    found: Assets = stage.extensions["assets"]
    return found


def test_every_asset_is_what_its_hash_says(browser: FlaskClient, assets: Assets) -> None:
    for asset in assets.by_name.values():
        kind, _, value = asset.integrity.partition("-")
        body = browser.get(f"/assets/{asset.file}", buffered=True).data
        assert base64.b64encode(hashlib.new(kind, body).digest()).decode() == value


def test_asset_is_kept_for_a_year(browser: FlaskClient, assets: Assets) -> None:
    answers = [browser.get(f"/assets/{asset.file}", buffered=True) for asset in assets.by_name.values()]
    assert {a.headers["Cache-Control"] for a in answers} == {"public, max-age=31536000, immutable"}


def test_asset_is_usable_from_a_partners_page(browser: FlaskClient, assets: Assets) -> None:
    headers = browser.get(f"/assets/{assets.by_name['loader.js'].file}", buffered=True).headers
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "Set-Cookie" not in headers


def test_asset_has_its_fixed_type(browser: FlaskClient, assets: Assets) -> None:
    for asset in assets.by_name.values():
        answer = browser.get(f"/assets/{asset.file}", buffered=True)
        assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == (asset.type, "nosniff")


@pytest.mark.parametrize(
    "path",
    ["nothing.js", "manifest.json", "../manifest.json", "..%2f..%2fsetup.cfg", "%2e%2e/manifest.json",
     "/etc/passwd", "..\\manifest.json", "%252e%252e/manifest.json", "loader.js", "", "x" * 5000],
)  # fmt: skip
def test_path_traversal_finds_nothing(browser: FlaskClient, path: str) -> None:
    assert browser.get(f"/assets/{path}").status_code in (404, 308)


def test_missing_asset_is_not_cached(browser: FlaskClient) -> None:
    assert browser.get("/assets/gone.js").headers["Cache-Control"] == "no-store"


def test_tags_carry_the_integrity_hash(stage: Flask, assets: Assets) -> None:
    with stage.test_request_context("/", base_url=HOME):
        for tag, name in ((script_tag("frame.js"), "frame.js"), (style_tag("pages.css"), "pages.css")):
            assert f'integrity="{assets.by_name[name].integrity}" crossorigin="anonymous"' in tag
            assert asset_url(name) in tag


def test_name_carries_a_hash(assets: Assets) -> None:
    assert all(re.search(r"\.[0-9a-f]{12}\.\w+$", asset.file) for asset in assets.by_name.values())
