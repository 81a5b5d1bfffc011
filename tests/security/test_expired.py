"""What has expired says so, and what to do next."""

import io
import re
from collections.abc import Callable
from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.security.stage import (
    Program,
    deliver,
    jpeg,
    lamp_at_check,
    link_in,
    refused,
)
from tests.widget_server.cast import PARTNER, Volunteer


def test_expired_confirmation_says_what_to_do(
    program: Program, drain: Callable[[], int], outgoing: list[Mail], frozen: FrozenClock
) -> None:
    program.report()
    drain()
    confirm = link_in(outgoing[0], "/confirm")
    frozen.tick(days=3, seconds=1)
    assert "72 часа" in refused(program.browser.post(confirm), 410)
    answer = program.browser.post(confirm + "?lang=en")
    assert "valid for 72 hours" in refused(answer, 410)


def test_expired_draft_leads_to_a_new_one(volunteer: Volunteer, frozen: FrozenClock) -> None:
    page = lamp_at_check(volunteer).form_action
    frozen.tick(days=1, seconds=1)
    text = refused(volunteer.browser.get(page), 410)
    assert f'href="/w/{PARTNER}"' in text
    assert "/d/" not in text.split("</main>")[0], "no way on leads back to what is gone"
    refused(volunteer.browser.post(page, data={"form_token": "x"}), 410)


def test_expired_service_link_says_so(
    program: Program, drain: Callable[[], int], outgoing: list[Mail], frozen: FrozenClock, floor: Floor
) -> None:
    _, _, door = deliver(program, drain, outgoing)
    with floor.db.reading() as session:
        link = session.execute(floor.db.metadata.tables["service_link"].select()).one()
    frozen.tick(seconds=(link.valid_until - clock.now() + timedelta(seconds=1)).total_seconds())
    for answer in (program.browser.get(door), program.browser.post(door, data={"action": "take"})):
        assert "service-link-expired" in refused(answer, 410)


def test_expired_photo_link_shows_nothing(volunteer: Volunteer, frozen: FrozenClock) -> None:
    volunteer.to_photos().answer("upload", photo=(io.BytesIO(jpeg()), "a.jpg"))
    found = re.search(r'src="(/media/[^"]+)"', volunteer.text)
    assert found
    url = found[1].replace("&amp;", "&")
    assert volunteer.browser.get(url).status_code == 200
    later = re.sub(r"until=\d+", "until=99999999999", url)
    for forged in (
        later,
        url.replace("thumbnail", "full"),
        url[:-1],
        url + "x",
        re.sub("until=[0-9]+", "until=x", url),
    ):
        refused(volunteer.browser.get(forged), 404)
    frozen.tick(days=3)
    refused(volunteer.browser.get(url), 410)
