"""The whole way of a site's sign-in, as a browser and a server go it."""

from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, add_person, add_site, answer, follow, submit_page


def test_site_gets_tokens_and_userinfo(idp: FlaskClient, floor: Floor) -> None:
    person, site = add_person(floor), add_site(floor)
    page = site.authorize(idp)
    assert 'id="login"' in page.text
    page = follow(idp, submit_page(idp, page, login="anna@example.ru", password=person.password))
    assert 'id="allow"' in page.text
    sent = answer(follow(idp, submit_page(idp, page, decision="allow")))
    assert (sent["state"], sent["iss"]) == ("st", ISSUER)
    tokens = site.redeem(idp, sent["code"]).get_json()
    told = idp.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert told.get_json()["sub"] == str(person.sub)
