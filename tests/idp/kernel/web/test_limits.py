"""Limits count the real peer, however it dresses up."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.idp.kernel.web.conftest import Home, make_stage

SPOOFS = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"]


def peer_seen(browser: FlaskClient, address: str, **headers: str) -> Any:
    answer = browser.get("/api/v1/peer", environ_overrides={"REMOTE_ADDR": address}, headers=headers)
    return answer.get_json()["peer"]


def test_more_than_the_rate_is_refused(browser: FlaskClient) -> None:
    statuses = [browser.get("/api/v1/limited").status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]


def test_refusal_says_when_to_return(browser: FlaskClient) -> None:
    answer = [browser.get("/api/v1/limited") for _ in range(3)][-1]
    assert 1 <= int(answer.headers["Retry-After"]) <= 61


def test_each_peer_is_counted_apart(browser: FlaskClient) -> None:
    for _ in range(3):
        browser.get("/api/v1/limited", environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    answer = browser.get("/api/v1/limited", environ_overrides={"REMOTE_ADDR": "192.0.2.2"})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", SPOOFS)
def test_spoofed_address_changes_nothing(browser: FlaskClient, name: str) -> None:
    value = "for=203.0.113.9" if name == "Forwarded" else "203.0.113.9"
    assert peer_seen(browser, "192.0.2.1", **{name: value}) == "192.0.2.1"


def test_spoofed_addresses_share_one_limit(browser: FlaskClient) -> None:
    statuses = [
        browser.get("/api/v1/limited", headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(3)
    ]
    assert statuses == [200, 200, 429]


def test_trusted_proxy_is_believed_for_one_hop(tmp_path: Path) -> None:
    behind = Home(make_stage(tmp_path, trusted_proxies=1))
    seen = peer_seen(behind, "10.0.0.1", **{"X-Forwarded-For": "198.51.100.66, 203.0.113.9"})
    assert seen == "203.0.113.9"


def test_scheme_is_not_taken_from_strangers(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/peer", base_url="http://stage.test", headers={"X-Forwarded-Proto": "https"})
    assert answer.get_json()["scheme"] == "http"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("::1", "::2", True),
    ],
)
def test_ipv6_is_counted_by_site(browser: FlaskClient, one: str, other: str, is_same: bool) -> None:
    assert (peer_seen(browser, one) == peer_seen(browser, other)) is is_same


@pytest.mark.parametrize("address", ["", "unix:", "fe80::1%eth0"])
def test_odd_peer_still_is_counted(browser: FlaskClient, address: str) -> None:
    assert peer_seen(browser, address)


def test_apps_count_apart(stage: Flask, browser: FlaskClient, tmp_path: Path) -> None:
    for _ in range(3):
        browser.get("/api/v1/limited")
    assert Home(make_stage(tmp_path)).get("/api/v1/limited").status_code == 200
