"""What the log must hold (spec C10.10), each act done as people, sites, staff and operators do it."""

from click.testing import CliRunner
from flask.testing import FlaskClient

from idp.accounts import users
from idp.audit import Filter, entries, verify
from idp.clients import clients
from idp.kernel.work.floor import Floor
from idp.keys.cli import keys
from tests.idp.cast import PASSWORD, Site, Volunteer, answer, submit


def _acts(floor: Floor) -> dict[str, str]:
    """Give every action that was noted, and who did it last."""
    with floor.db.reading() as session:
        assert verify(session, floor.capabilities).broken is None
        return {e.action: e.actor.kind for e in reversed(entries(session, Filter(), limit=200))}


def test_c10_10_life_of_a_person_is_in_the_log(idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer):
    submit(idp, "/signin", login=anna.email, password="not the password at all")
    dobro.connect(idp, anna)
    code = dobro.code(idp)
    for _ in range(2):
        dobro.redeem(idp, code)
    page = idp.get("/account")
    token = {"csrf_token": page.text.partition('name="csrf_token" value="')[2].partition('"')[0]}
    idp.post("/account/sites/withdraw", data={**token, "site": "dobro"})
    idp.post("/logout/confirm", data=token)
    acts = _acts(floor)
    assert {
        "signin.refused": "person", "session.started": "person", "consent.given": "person",
        "grant.code_replayed": "client", "consent.withdrawn": "person", "session.ended": "person",
    }.items() <= acts.items()  # fmt: skip


def test_c10_10_acts_of_the_operator_are_in_the_log(idp: FlaskClient, floor: Floor):
    run = CliRunner().invoke
    sub = run(users, ["add", "boris@example.ru", "--password", PASSWORD], obj=floor).output.strip()
    for group, words in (
        (users, ["lock", sub, "--reason", "order"]),
        (users, ["unlock", sub]),
        (clients, ["add", "--id", "x", "--redirect-uri", "https://x.test/cb"]),
        (clients, ["add", "--id", "x", "--redirect-uri", "https://x.test/cb", "--replace"]),
        (clients, ["disable", "x"]),
        (clients, ["enable", "x"]),
        (keys, ["rotate"]),
        (keys, ["reseal"]),
    ):
        assert run(group, words, obj=floor).exit_code == 0, words
    acts = _acts(floor)
    done = {
        "account.added", "account.locked", "account.unlocked", "client.registered", "client.changed",
        "client.disabled", "client.enabled", "keys.rotated", "keys.resealed",
    }  # fmt: skip
    assert {action for action, actor in acts.items() if actor == "operator"} >= done


def test_c10_10_hot_path_leaves_no_entry(idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer):
    """Signing on silently and exchanging codes is what happens all day; it is counted elsewhere."""
    dobro.connect(idp, anna)
    before = _acts(floor)
    code = answer(dobro.authorize(idp, prompt="none"))["code"]
    assert dobro.redeem(idp, code).status_code == 200
    with floor.db.reading() as session:
        count = len(entries(session, Filter(), limit=200))
    dobro.connect(idp, anna)
    with floor.db.reading() as session:
        assert len(entries(session, Filter(), limit=200)) == count
    assert _acts(floor) == before


def test_c10_10_log_names_nobody(idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer):
    dobro.connect(idp, anna)
    submit(idp, "/signin", login=anna.email, password="wrong")
    with floor.db.reading() as session:
        kept = str(entries(session, Filter(), limit=200))
    assert not any(word in kept for word in (anna.email, "Анна", "Орлова", PASSWORD, "127.0.0.1"))
