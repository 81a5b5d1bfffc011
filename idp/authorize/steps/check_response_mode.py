"""OAuth 2.0 Multiple Response Type Encoding Practices §2.1, OAuth 2.0 Form Post Response Mode §2.

The answer travels in the query, or in a form that the browser posts; `fragment` would show the code
to scripts. A form is posted to web addresses alone (spec C1.41): an app's own scheme takes none.
"""

import re

from ..capabilities import RESPONSE_MODES
from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Choose how every answer from here on travels; runs before anything is refused."""
    mode = draft.one("response_mode") or "query"
    if mode not in RESPONSE_MODES:
        raise draft.refused("invalid_request", "this response_mode is not supported")
    if mode == "form_post" and not draft.redirect_uri.startswith(("https://", "http://")):
        raise draft.refused("invalid_request", "form_post goes to web addresses only")
    draft.response_mode = mode
    if mode == "form_post" and _changes_in_a_form(draft.one("state") or ""):
        draft.sent = {name: values for name, values in draft.sent.items() if name != "state"}
        raise draft.refused("invalid_request", "a form cannot carry this state")


def _changes_in_a_form(state: str) -> bool:
    """Say whether a browser would send other line ends than these (HTML §4.10.21.6)."""
    return re.sub(r"\r\n?|\n", "\r\n", state) != state
