"""An origin is exact: scheme, host and port, spelled one way; nothing that only looks like it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.partners import Diagnosis, HostConfig, normal_origin
from widget_server.partners.rules import diagnose, is_key

DOBRO = "https://dobro.test"
LABEL = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
HOSTS = st.lists(LABEL, min_size=1, max_size=4).map(".".join)
SCHEMES = st.sampled_from(["http", "https"])
PORTS = st.integers(1, 65535)


def host(*origins: str) -> HostConfig:
    return HostConfig(UUID(int=1), "dobro", "Добро", "Good", origins, "ru", 38.7, 55.1, 12)


@given(SCHEMES, HOSTS, PORTS)
def test_normal_origin_stays_itself(scheme: str, name: str, port: int) -> None:
    normal = normal_origin(f"{scheme}://{name}:{port}")
    assert normal is not None
    assert normal_origin(normal) == normal


@given(SCHEMES, HOSTS, st.text(max_size=20), st.text(max_size=20))
def test_path_and_query_do_not_count(scheme: str, name: str, path: str, query: str) -> None:
    assert normal_origin(f"{scheme}://{name}/{path}?{query}") == f"{scheme}://{name}"


@given(HOSTS, HOSTS)
def test_only_the_same_host_is_the_same(one: str, other: str) -> None:
    assert (normal_origin(f"https://{one}") == normal_origin(f"https://{other}")) is (one == other)


@given(st.text())
def test_any_text_is_an_origin_or_nothing(text: str) -> None:
    origin = normal_origin(text)
    assert origin is None or origin.startswith(("http://", "https://"))


@given(st.text(min_size=1, max_size=30))
def test_origin_is_fit_for_a_policy(name: str) -> None:
    origin = normal_origin(f"https://{name}") or ""
    assert origin.isascii()
    assert not set(origin) & set(" ;,*'\"\r\n\t<>\\@%")


@given(SCHEMES, HOSTS)
def test_default_port_is_not_written(scheme: str, name: str) -> None:
    port = {"http": 80, "https": 443}[scheme]
    assert normal_origin(f"{scheme}://{name}:{port}") == f"{scheme}://{name}"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("HTTPS://Dobro.TEST/Page", DOBRO),
        ("https://dobro.test:8443/", DOBRO + ":8443"),
        ("https://dobro.test:", DOBRO),
        (" https://dobro.test ", DOBRO),
        ("https://добро.рф/", "https://xn--90af4abj.xn--p1ai"),
        ("https://ДОБРО.РФ", "https://xn--90af4abj.xn--p1ai"),
        ("https://xn--90af4abj.xn--p1ai", "https://xn--90af4abj.xn--p1ai"),
        ("http://[2001:DB8:0::1]:8080/x", "http://[2001:db8::1]:8080"),
        ("http://localhost:5000", "http://localhost:5000"),
        ("http://127.0.0.1", "http://127.0.0.1"),
    ],
)
def test_url_has_one_spelling_of_its_origin(url: str, origin: str) -> None:
    assert normal_origin(url) == origin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "dobro.test",
        "//dobro.test",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc",
        "about:blank",
        "ftp://dobro.test",
        "https://",
        "https:///x",
        "https://*.dobro.test",
        "https://*",
        "https://dobro.test.",
        "https://...",
        "https://.test",
        "https://a..test",
        "https://dobro.test@evil.test",
        "https://dobro.test:1@evil.test",
        "https://@dobro.test",
        "https://dobro.test:x",
        "https://dobro.test:99999",
        "https://dobro.test;script-src",
        "https://dobro.test evil.test",
        "https://dobro.test,evil.test",
        "https://dobro.test\\.evil.test",
        "https://-a.test",
        "https://a%2etest",
        "https://[::1",
        "https://[fe80::1%25eth0]",
        "https://straße.test",
        "https://a\u200d.test",
        "https://'self'",
        "https://" + "a" * 64 + ".test",
        "https://" + "a." * 130 + "test",
    ],
)
def test_what_is_no_origin_gives_nothing(text: str) -> None:
    assert normal_origin(text) is None


LOOKALIKES = [
    "http://dobro.test/",
    "https://dobro.test:8443/",
    "https://www.dobro.test/",
    "https://dobro.test.evil.test/",
    "https://evildobro.test/",
    "https://dobro.test@evil.test/",
    "https://evil.test/https://dobro.test",
    "https://evil.test/?dobro.test",
    "https://evil.test#https://dobro.test",
    "https://dobro.test./",
    "https://dоbro.test/",
    "https://dobro.test%2eevil.test/",
    "https://dobro.test\\.evil.test/",
    "null",
    "nonsense",
    "https://[::1",
]


@pytest.mark.parametrize("referer", LOOKALIKES)
def test_lookalike_of_the_origin_is_refused(referer: str) -> None:
    assert diagnose(host(DOBRO), is_enabled=True, referer=referer) is Diagnosis.WRONG_ORIGIN


@pytest.mark.parametrize("referer", [DOBRO, DOBRO + "/page?x=1", "https://DOBRO.test:443/", None, ""])
def test_own_page_or_silence_is_welcome(referer: str | None) -> None:
    assert diagnose(host(DOBRO), is_enabled=True, referer=referer) is None


def test_partner_without_origins_is_closed() -> None:
    assert diagnose(host(), is_enabled=True, referer=DOBRO) is Diagnosis.WRONG_ORIGIN


def test_disabled_comes_before_the_origin() -> None:
    assert diagnose(host(DOBRO), is_enabled=False, referer="https://evil.test") is Diagnosis.DISABLED


@pytest.mark.parametrize("key", ["dobro", "d", "7-nebo", "a" * 40])
def test_key_may_stand_in_addresses(key: str) -> None:
    assert is_key(key)


@pytest.mark.parametrize("key", ["", "Dobro", "-a", "a b", "a/b", "a\n", "a\0", "добро", "a" * 41, "../a"])
def test_anything_else_is_no_key(key: str) -> None:
    assert not is_key(key)
