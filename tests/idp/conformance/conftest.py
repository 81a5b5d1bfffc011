"""The stage of the conformance tests: one site, in both ways in which an answer may travel."""

import pytest
from flask import Flask

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, add_site


@pytest.fixture(params=["query", "form_post"])
def site(idp_app: Flask, floor: Floor, request: pytest.FixtureRequest) -> Site:
    """The client of the plan Basic, and the same one of the plan Form post."""
    return add_site(floor, Site(query={"response_mode": request.param}))
