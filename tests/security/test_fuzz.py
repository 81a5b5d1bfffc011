"""Anything at all in forms and bodies: answers may refuse, never break (bounded examples)."""

import io
import json
from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.security.stage import Program, right_body
from tests.widget_server.cast import PARTNER, Volunteer, photo

FUZZ = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
STEPS = ("place", "category", "details", "photos", "who", "check")
FIELDS = (
    "action", "address", "coordinates", "found", "category", "q", "description", "service", "email", "name",
    "remove", "answer-road_class", "answer-lamps", "answer-", "consent-process", "consent-transfer",
)  # fmt: skip
WORDS = st.sampled_from(
    ["next", "find", "search", "upload", "send", "lighting.street", "roads.pothole", "yes", "55.1, 38.7",
     "38.7,55.1|x", "vera@example.org", "0", "-1", "%", "%(extra)s", "\0", "{{x}}", "|"]
)  # fmt: skip
VALUES = st.one_of(WORDS, st.text(max_size=30), st.text(min_size=300, max_size=330))
JSON = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20), WORDS
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def _unbound(app: Flask) -> None:
    app.extensions["limiter"].storage.reset()


def test_no_form_breaks_the_frame(volunteer: Volunteer, widget_app: Flask) -> None:
    volunteer.to_check()
    here, token = volunteer.form_action, volunteer.token

    @FUZZ
    @given(
        st.sampled_from(STEPS), st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6), st.booleans()
    )
    def answer_is_right(step: str, fields: dict[str, str], with_photo: bool) -> None:
        _unbound(widget_app)
        data: dict[str, Any] = {"form_token": token, **fields}
        if with_photo:
            data["photo"] = (io.BytesIO(photo()[: len(fields) * 100]), "a.jpg")
        kind = "multipart/form-data"
        if fields.get("action") != "send" or step != "check":
            answer = volunteer.browser.post(here.replace("/check", f"/{step}"), data=data, content_type=kind)
            assert answer.status_code in (200, 303, 409, 422), answer.text
        assert volunteer.browser.get(here).status_code in (200, 303)

    answer_is_right()


def test_no_first_form_breaks_the_frame(volunteer: Volunteer, widget_app: Flask) -> None:
    @FUZZ
    @given(st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4))
    def answer_is_right(fields: dict[str, str]) -> None:
        _unbound(widget_app)
        volunteer.open()
        answer = volunteer.browser.post(f"/w/{PARTNER}/start", data={"form_token": volunteer.token, **fields})
        assert answer.status_code in (200, 303, 422), answer.text

    answer_is_right()


def test_no_body_breaks_the_api(program: Program, widget_app: Flask) -> None:
    body = right_body()

    @FUZZ
    @given(
        st.dictionaries(
            st.sampled_from([*body, "answers", "photos", "service", "lang", "address"]), JSON, max_size=3
        )
    )
    def answer_is_right(changes: dict[str, Any]) -> None:
        _unbound(widget_app)
        answer = program.send(json.dumps({**body, **changes}))
        assert answer.status_code in (201, 400, 422), answer.text

    answer_is_right()


def test_no_query_breaks_the_api(program: Program, widget_app: Flask) -> None:
    number = st.one_of(
        st.floats().map(str), st.text(max_size=5), st.sampled_from(["38.7", "55.1", "180", "-90"])
    )
    names = st.sampled_from(["lon", "lat", "lang", "q", "west", "south", "east", "north"])

    @FUZZ
    @given(st.sampled_from(["pin", "places", "basemap"]), st.dictionaries(names, number, max_size=5))
    def answer_is_right(path: str, query: dict[str, str]) -> None:
        answer = program.browser.get(f"/api/v1/{path}", query_string=query)
        assert answer.status_code in (200, 400, 422), answer.text

    answer_is_right()


def test_no_path_breaks_the_pages(program: Program, widget_app: Flask) -> None:
    piece = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)

    @FUZZ
    @given(
        st.sampled_from(["p", "s", "confirm", "w", "media", "api/v1/problems", "console"]),
        st.lists(piece, max_size=4),
    )
    def answer_is_right(first: str, rest: list[str]) -> None:
        from urllib.parse import quote

        path = "/".join(["", first, *(quote(one, safe="") for one in rest)])
        answer = program.browser.get(path)
        assert answer.status_code in (200, 303, 308, 400, 403, 404, 405), answer.text

    answer_is_right()
