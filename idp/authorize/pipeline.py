"""The authorize pipeline, laid out as a table: steps down, endpoints across, `x` where a step runs.

    get     GET /authorize
    post    POST /authorize, sent across sites by a client's form (OpenID Connect Core §3.1.2.1)
    par     POST /par, sent by a client's server (RFC 9126 §2)
    resume  /authorize/resume: a parked request was checked before; only what may have changed is asked

The order is part of the meaning: nothing is sent to an address before `redirect_uri` has run.
"""

from collections.abc import Callable, Sequence

from idp.sessions import AuthorizationRequest

from .draft import Draft, World
from .request_objects import Unfolded
from .steps import (
    check_characters,
    check_claims,
    check_duplicates,
    check_pkce,
    check_prompt,
    check_pushed,
    check_redirect_uri,
    check_request_object,
    check_response_mode,
    check_response_type,
    check_scope,
    check_size,
    load_client,
    load_hints,
    load_pushed_request,
    parse_acr_values,
    parse_max_age,
    parse_resources,
)

Step = Callable[[Draft, World], None]
_COLUMNS = ("get", "post", "par", "resume")

TABLE: Sequence[tuple[Step, str]] = (
    # step                       get post par resume
    (check_size.run,            "x   x    x   -"),
    (load_client.run,           "x   x    x   x"),
    (load_pushed_request.run,   "x   x    -   -"),
    (check_redirect_uri.run,    "x   x    x   x"),
    (check_response_mode.run,   "x   x    x   -"),
    (check_duplicates.run,      "x   x    x   -"),
    (check_characters.run,      "x   x    x   -"),
    (check_request_object.run,  "x   x    x   -"),
    (check_pushed.run,          "x   x    -   -"),
    (check_response_type.run,   "x   x    x   -"),
    (check_scope.run,           "x   x    x   -"),
    (check_prompt.run,          "x   x    x   -"),
    (parse_max_age.run,         "x   x    x   -"),
    (parse_acr_values.run,      "x   x    x   -"),
    (check_pkce.run,            "x   x    x   -"),
    (load_hints.run,            "x   x    x   -"),
    (check_claims.run,          "x   x    x   -"),
    (parse_resources.run,       "x   x    x   -"),
)  # fmt: skip


def steps_of(endpoint: str) -> list[Step]:
    """Give the steps of one endpoint, in order."""
    column = _COLUMNS.index(endpoint)
    return [step for step, marks in TABLE if marks.split()[column] == "x"]


def check_request(unfolded: Unfolded, world: World, *, endpoint: str) -> AuthorizationRequest:
    """Run a new request through its steps; raises RequestUntrusted or RequestRefused."""
    draft = Draft(unfolded.sent, unfolded.fault)
    for step in steps_of(endpoint):
        step(draft, world)
    return draft.finished()


def check_again(parked: AuthorizationRequest, world: World) -> None:
    """Run a parked request through what may have changed meanwhile; raises RequestUntrusted."""
    draft = Draft({"client_id": [parked.client_id], "redirect_uri": [parked.redirect_uri]})
    for step in steps_of("resume"):
        step(draft, world)
