"""The person's own page: what it shows and changes, and that it is nobody else's."""

from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, form_of, new_browser, submit

NEW = "совсем другие слова 77"


def _post(browser: FlaskClient, path: str, **fields: str) -> int:
    return browser.post(path, data={**form_of(browser.get("/account")).hidden, **fields}).status_code


def test_account_asks_to_sign_in(idp: FlaskClient) -> None:
    assert idp.get("/account").headers["Location"] == "/signin"


def test_name_is_changed(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    assert _post(idp, "/account", name="  Анна \u202eОрлова\0 ") == 303
    assert 'value="Анна Орлова"' in idp.get("/account").text


def test_c8_1_name_is_shown_inert(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    _post(idp, "/account", name='"><script>alert(1)</script>{{7*7}}%s')
    page = idp.get("/account").text
    assert "<script>" not in page
    assert "{{7*7}}%s" in page


def test_c6_4_new_password_ends_other_sessions(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer
) -> None:
    anna.enter(idp)
    anna.enter(other_browser)
    assert _post(idp, "/account/password", old_password=anna.password, password=NEW) == 303
    assert idp.get("/account").status_code == 200
    assert other_browser.get("/account").status_code == 303
    assert submit(new_browser(idp), "/signin", login=anna.email, password=NEW).status_code == 303


def test_password_change_needs_the_old_one(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    assert _post(idp, "/account/password", old_password="wrong", password=NEW) == 422
    assert anna.sign_in(new_browser(idp)).status_code == 303


def test_other_session_is_signed_out(idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer) -> None:
    import re

    anna.enter(idp)
    anna.enter(other_browser)
    session = re.search(r'name="session" value="([^"]+)"', idp.get("/account/sessions").text)
    assert session
    assert _post(idp, "/account/sessions/end", session=session[1]) == 303
    assert other_browser.get("/account").status_code == 303


def test_c9_1_session_of_another_person_stays(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    import sqlalchemy as sa

    from idp.sessions.models import SignedInSession

    boris = add_person(floor, "boris@example.ru")
    boris.enter(other_browser)
    with floor.db.reading() as session:
        foreign = session.execute(sa.select(SignedInSession.id)).scalar_one()
    anna.enter(idp)
    _post(idp, "/account/sessions/end", session=str(foreign))
    assert other_browser.get("/account").status_code == 200


def test_sign_out_everywhere(idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    anna.enter(other_browser)
    assert _post(idp, "/account/sessions/end-all") == 303
    assert [b.get("/account").status_code for b in (idp, other_browser)] == [303, 303]


def test_connected_site_is_listed_and_withdrawn(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna)
    assert "Добровольцы" in idp.get("/account/sites").text
    _post(idp, "/account/sites/withdraw", site="dobro")
    assert "Добровольцы" not in idp.get("/account/sites").text


def test_page_speaks_english_when_asked(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    assert "Where you are signed in" in idp.get("/account/sessions?lang=en").text


def test_unconfirmed_person_changes_the_password(idp: FlaskClient) -> None:
    submit(idp, "/register", name="", login="new@example.ru", password=NEW)
    again = "ещё какие-то слова 88"
    assert _post(idp, "/account/password", old_password=NEW, password=again) == 303
