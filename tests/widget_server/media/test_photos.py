"""Photos are kept by content, seen by signed links for a while, and destroyed with their files."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.images import Picture
from idp.kernel.storage.files import FileMissing
from idp.kernel.work.floor import Floor
from widget_server.media import (
    MOST_PHOTOS,
    PhotoView,
    add_photo,
    adopt_photo,
    destroy_photos,
    hand_over,
    keep_picture,
    photos_of,
    remove_photo,
)
from widget_server.media.jobs import sweep_abandoned
from widget_server.media.service import DRAFT_LIFE, EnoughPhotos

OWNER, OTHER = UUID(int=1), UUID(int=2)


def picture(text: str = "a") -> Picture:
    """A clean picture by its bytes."""
    return Picture(f"full {text}".encode(), f"small {text}".encode(), 4, 3, taken_position=None)


def add(floor: Floor, text: str = "a", owner: UUID = OWNER) -> UUID:
    with floor.db.writing() as session:
        return add_photo(
            session, keep_picture(picture(text), files=floor.files), owner_id=owner, now=clock.now()
        )


def shown(floor: Floor, owner: UUID = OWNER) -> tuple[PhotoView, ...]:
    with floor.db.reading() as session:
        found = photos_of(session, [owner], capabilities=floor.capabilities, now=clock.now())
    return found.get(owner, ())


def is_kept(floor: Floor) -> bool:
    """Say whether the file of the photo `a` is there."""
    try:
        return floor.files.get(sha256(b"full a").hexdigest()) == b"full a"
    except FileMissing:
        return False


def test_photo_is_served_as_it_was_encoded(widget: FlaskClient, floor: Floor, frozen: FrozenClock) -> None:
    add(floor)
    (view,) = shown(floor)
    full, small = widget.get(view.url), widget.get(view.thumbnail_url)
    assert (full.data, full.mimetype) == (b"full a", "image/jpeg")
    assert (small.data, small.mimetype) == (b"small a", "image/webp")


def test_photo_is_never_sniffed_or_shared(widget: FlaskClient, floor: Floor, frozen: FrozenClock) -> None:
    add(floor)
    headers = widget.get(shown(floor)[0].url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"].startswith("private")
    assert headers["Content-Disposition"] == "inline"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers


def test_forged_link_shows_nothing(widget: FlaskClient, floor: Floor, frozen: FrozenClock) -> None:
    add(floor)
    url = shown(floor)[0].url
    path, _, query = url.partition("?")
    forged = [
        path, f"{path}?", url[:-1], url[:-1] + ("0" if url[-1] != "0" else "1"), url + "0",
        url.replace("until=", "until=1"), url.replace("until=", "until=-"), f"{path}?until=&key=",
        url.replace("/full", "/thumbnail"), url.replace("/full", "/original"),
        f"/media/{new_id()}/full?{query}", f"/media/x/full?{query}", f"/media/%00/full?{query}",
    ]  # fmt: skip
    assert {widget.get(one).status_code for one in forged} == {404}


def test_refusal_is_not_kept_by_caches(widget: FlaskClient) -> None:
    assert widget.get(f"/media/{new_id()}/full").headers["Cache-Control"] == "no-store"


def test_link_of_one_size_opens_no_other(widget: FlaskClient, floor: Floor, frozen: FrozenClock) -> None:
    add(floor)
    small = shown(floor)[0].thumbnail_url
    assert widget.get(small.replace("/thumbnail", "/full")).status_code == 404


@pytest.mark.parametrize(("hours", "status"), [(23.9, 200), (49, 410)])
def test_link_ends_after_a_day(
    widget: FlaskClient, floor: Floor, frozen: FrozenClock, hours: float, status: int
) -> None:
    add(floor)
    url = shown(floor)[0].url
    frozen.tick(seconds=hours * 3600)
    assert widget.get(url).status_code == status


def test_link_stays_the_same_within_a_day(floor: Floor, frozen: FrozenClock) -> None:
    add(floor)
    first = shown(floor)[0].url
    frozen.tick(seconds=3600)
    assert shown(floor)[0].url == first


def test_link_under_an_older_secret_still_opens(
    widget: FlaskClient, floor: Floor, frozen: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(floor)
    url = shown(floor)[0].url
    before = floor.capabilities._secrets
    monkeypatch.setattr(floor.capabilities, "_secrets", ("n" * 40, *before))
    assert widget.get(url).status_code == 200


def test_link_of_a_destroyed_photo_shows_nothing(
    widget: FlaskClient, floor: Floor, frozen: FrozenClock
) -> None:
    add(floor)
    url = shown(floor)[0].url
    with floor.db.writing() as session:
        destroy_photos(session, [OWNER], files=floor.files)
    assert widget.get(url).status_code == 404


def test_photos_come_in_the_order_sent(floor: Floor) -> None:
    sent = [add(floor, text) for text in "cab"]
    assert [view.id for view in shown(floor)] == sent


def test_same_photo_sent_twice_is_one(floor: Floor) -> None:
    assert add(floor) == add(floor)
    assert len(shown(floor)) == 1


def test_more_than_five_are_refused(floor: Floor) -> None:
    for number in range(MOST_PHOTOS):
        add(floor, str(number))
    with pytest.raises(EnoughPhotos):
        add(floor, "one more")
    add(floor, "0")  # one of the five again is no sixth


def test_parallel_photos_are_five_at_most(floor: Floor, widget_app: Flask) -> None:
    gate = threading.Barrier(8)

    def one(number: int) -> bool:
        with widget_app.app_context():
            gate.wait()
            try:
                add(floor, str(number))
            except EnoughPhotos:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == MOST_PHOTOS


def test_another_owner_has_five_of_its_own(floor: Floor) -> None:
    for number in range(MOST_PHOTOS):
        add(floor, str(number))
    add(floor, "one more", OTHER)
    assert len(shown(floor, OTHER)) == 1


def remove(floor: Floor, photo: UUID, owner: UUID = OWNER) -> None:
    with floor.db.writing() as session:
        remove_photo(session, photo, owner_id=owner)


def test_removed_photo_makes_room(floor: Floor) -> None:
    for number in range(MOST_PHOTOS):
        add(floor, str(number))
    remove(floor, shown(floor)[0].id)
    add(floor, "one more")
    assert len(shown(floor)) == MOST_PHOTOS


def test_files_of_a_removed_photo_are_swept(floor: Floor, frozen: FrozenClock) -> None:
    remove(floor, add(floor))
    assert shown(floor) == ()
    sweep_abandoned(floor)
    assert not is_kept(floor)


def test_removal_spares_what_another_shares(floor: Floor, frozen: FrozenClock) -> None:
    remove(floor, add(floor))
    add(floor, owner=OTHER)
    sweep_abandoned(floor)
    assert is_kept(floor)


def test_removing_twice_is_no_error(floor: Floor) -> None:
    photo = add(floor)
    remove(floor, photo)
    remove(floor, photo)
    assert shown(floor) == ()


def test_stranger_removes_nothing(floor: Floor) -> None:
    remove(floor, add(floor), OTHER)
    assert len(shown(floor)) == 1


def give(floor: Floor, source: UUID = OWNER, target: UUID = OTHER) -> int:
    with floor.db.writing() as session:
        return hand_over(session, from_owner=source, to_owner=target)


def test_handed_over_photos_change_their_owner(floor: Floor) -> None:
    sent = [add(floor, text) for text in "ab"]
    assert give(floor) == 2
    assert (shown(floor), [view.id for view in shown(floor, OTHER)]) == ((), sent)


def test_handed_over_photos_stay_with_the_problem(floor: Floor, frozen: FrozenClock) -> None:
    photo = add(floor)
    give(floor)
    remove(floor, photo, OTHER)
    assert give(floor, OTHER, OWNER) == 0
    frozen.tick(days=365)
    sweep_abandoned(floor)
    assert len(shown(floor, OTHER)) == 1


def adopt(floor: Floor, photo: UUID, owner: UUID = OTHER) -> bool:
    with floor.db.writing() as session:
        return adopt_photo(session, photo, owner_id=owner)


def test_free_photo_is_adopted(floor: Floor) -> None:
    assert adopt(floor, add(floor))
    assert len(shown(floor, OTHER)) == 1


def test_photo_of_a_problem_is_not_adopted(floor: Floor) -> None:
    photo = add(floor)
    give(floor)
    assert not adopt(floor, photo, new_id())


def test_unknown_photo_is_not_adopted(floor: Floor) -> None:
    assert not adopt(floor, new_id())


def destroy(floor: Floor, *owners: UUID) -> int:
    with floor.db.writing() as session:
        return destroy_photos(session, owners, files=floor.files)


def test_destroyed_photos_leave_no_file(floor: Floor) -> None:
    add(floor)
    assert destroy(floor, OWNER) == 1
    assert not is_kept(floor)
    assert shown(floor) == ()


def test_destruction_spares_shared_files(floor: Floor) -> None:
    add(floor)
    add(floor, owner=OTHER)
    destroy(floor, OWNER)
    assert is_kept(floor)
    destroy(floor, OTHER)
    assert not is_kept(floor)


def test_destroying_nothing_is_no_error(floor: Floor) -> None:
    assert destroy(floor) == destroy(floor, OWNER) == 0


@pytest.mark.parametrize(("age", "count"), [(DRAFT_LIFE - timedelta(minutes=1), 1), (DRAFT_LIFE * 2, 0)])
def test_abandoned_drafts_are_swept(floor: Floor, frozen: FrozenClock, age: timedelta, count: int) -> None:
    add(floor)
    frozen.tick(seconds=age.total_seconds())
    sweep_abandoned(floor)
    assert len(shown(floor)) == count
    assert is_kept(floor) is bool(count)
