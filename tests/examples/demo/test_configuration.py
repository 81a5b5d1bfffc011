import tomllib

import pytest

from examples.demo.configuration import configure, settings
from examples.demo.plan import IDP, WIDGET, Plan
from examples.demo.vault import open_vault
from idp.settings import ProviderSettings
from widget_server.settings import WindowSettings


@pytest.fixture
def plan(tmp_path):
    return Plan(port=8000, folder=tmp_path, domain="localhost", is_tls=False)


def test_file_says_what_was_meant(plan, monkeypatch):
    monkeypatch.setattr("os.environ", {})
    vault = open_vault(plan.folder)
    configure(plan, vault)
    written = tomllib.loads(plan.settings_file.read_text(encoding="utf-8"))
    assert written == settings(plan, vault)


def test_servers_accept_their_settings(plan):
    tables = settings(plan, open_vault(plan.folder))
    provider, window = ProviderSettings(**tables["idp"]), WindowSettings(**tables["widget"])
    assert provider.issuer == window.issuer == plan.url(IDP)
    assert provider.api_audience == window.public_url == plan.url(WIDGET)


def test_servers_share_no_key(plan):
    tables = settings(plan, open_vault(plan.folder))
    assert tables["idp"]["secret_key"] != tables["widget"]["secret_key"]
    assert tables["idp"]["database_url"] != tables["widget"]["database_url"]
