"""Built files of the front end: hashed names, a year in caches, integrity hashes from the manifest.

The manifest is written by the build: logical name → {file, integrity, type}. A page names assets by
their logical names only.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import Blueprint, Flask, Response, current_app, send_from_directory
from markupsafe import Markup

from ..ground.faults import NotFound
from .surface import Surface, surface

YEAR_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Asset:
    """One built file: its name under /assets/, its integrity hash (W3C SRI), its media type."""

    file: str
    integrity: str
    type: str


@dataclass(frozen=True)
class Assets:
    """The built files of a folder."""

    folder: Path
    by_name: Mapping[str, Asset]

    @classmethod
    def read(cls, folder: Path) -> "Assets":
        """Read the manifest of a build."""
        raw = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return cls(folder, {name: Asset(**entry) for name, entry in raw.items()})


def register_assets(app: Flask, folder: Path) -> None:
    """Serve a build's files under /assets/ and let templates name them."""
    app.extensions["assets"] = Assets.read(folder)
    app.register_blueprint(_blueprint())
    app.jinja_env.globals.update(
        asset_url=asset_url, asset_integrity=asset_integrity, script_tag=script_tag, style_tag=style_tag
    )


def asset_url(name: str) -> str:
    """Give the address of an asset by its logical name."""
    return f"/assets/{_assets().by_name[name].file}"


def asset_integrity(name: str) -> str:
    """Give the integrity hash of an asset, for what scripts load later."""
    return _assets().by_name[name].integrity


def script_tag(name: str) -> Markup:
    """Give the element that loads a module script with its integrity hash."""
    tag = Markup('<script type="module" src="{}" integrity="{}" crossorigin="anonymous"></script>')
    return tag.format(asset_url(name), _assets().by_name[name].integrity)


def style_tag(name: str) -> Markup:
    """Give the element that loads a style sheet with its integrity hash."""
    tag = Markup('<link rel="stylesheet" href="{}" integrity="{}" crossorigin="anonymous">')
    return tag.format(asset_url(name), _assets().by_name[name].integrity)


def _assets() -> Assets:
    return cast(Assets, current_app.extensions["assets"])


def _blueprint() -> Blueprint:
    blueprint = surface(Blueprint("assets", __name__), Surface.ASSET)

    @blueprint.get("/assets/<path:file>")
    def serve(file: str) -> Response:
        known = {asset.file: asset for asset in _assets().by_name.values()}
        if file not in known:
            raise NotFound
        response = send_from_directory(
            _assets().folder, file, mimetype=known[file].type, max_age=YEAR_SECONDS
        )
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
        response.headers["Access-Control-Allow-Origin"] = "*"  # an integrity hash on another origin needs it
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    return blueprint
