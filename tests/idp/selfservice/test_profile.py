"""The profile: what a person tells about themselves, and what of it sites learn."""

import re

import pytest
from flask.testing import FlaskClient

from tests.idp.cast import Site, Volunteer, submit

FIELDS = {
    "name": "Анна", "given_name": "Анна", "middle_name": "Петровна", "family_name": "Орлова",
    "nickname": "Аня", "birthdate": "1991-02-03", "gender": "female", "website": "https://anna.test/о-себе",
    "picture": "https://anna.test/a.png", "street_address": "ул. Мира, 1", "locality": "Коломна",
    "region": "Московская область", "postal_code": "140400", "country": "Россия", "locale": "en",
    "zoneinfo": "Asia/Omsk",
}  # fmt: skip


def _told(browser: FlaskClient, site: Site, person: Volunteer) -> dict[str, object]:
    tokens = site.connect(browser, person, scope="openid profile address")
    header = {"Authorization": f"Bearer {tokens['access_token']}"}
    return dict(browser.get("/userinfo", headers=header).get_json())


def test_sites_learn_what_was_entered(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    assert submit(idp, "/account", **FIELDS).status_code == 303
    told = _told(idp, dobro, anna)
    claims = ("middle_name", "nickname", "birthdate", "gender", "website", "picture", "locale", "zoneinfo")
    assert {name: told[name] for name in claims} == {name: FIELDS[name] for name in claims}
    assert told["address"] == {
        "formatted": "140400, Россия, Московская область, Коломна, ул. Мира, 1",
        **{n: FIELDS[n] for n in ("street_address", "locality", "region", "postal_code", "country")},
    }


def test_emptied_claims_are_told_no_more(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    submit(idp, "/account", given_name="Анна", family_name="Орлова", locale="ru")
    told = _told(idp, dobro, anna)
    assert not {"birthdate", "gender", "address", "nickname", "website", "zoneinfo"} & told.keys()
    assert told["name"] == "Анна Орлова"
    assert told["preferred_username"] == "anna"  # the operator's word, not in the form


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("birthdate", "2999-01-01"), ("birthdate", "1850-01-01"), ("birthdate", "20000101"), ("gender", "x"),
        ("website", "javascript:alert(1)"), ("website", "http://a.test"), ("website", "https://u:p@a.test"),
        ("picture", "https://[broken"), ("picture", "data:image/png;base64,xx"), ("zoneinfo", "../../etc"),
        ("locale", "xx"), ("nickname", "n" * 101), ("locality", "n" * 101),
    ],
)  # fmt: skip
def test_wrong_values_are_named_and_kept(idp: FlaskClient, anna: Volunteer, name: str, value: str) -> None:
    anna.enter(idp)
    page = submit(idp, "/account", **{**FIELDS, name: value})
    assert page.status_code == 422
    assert f'href="#{name}"' in page.text
    assert re.search(rf'id="{name}"[^>]*aria-invalid', page.text)
    assert 'value="Петровна"' in page.text
