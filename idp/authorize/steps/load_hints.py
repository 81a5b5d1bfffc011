"""OpenID Connect Core §3.1.2.1, `id_token_hint` and `ui_locales`: who is meant, and in which language.

`display` and `claims_locales` are wishes that need no answer; `login_hint` is read as is.
"""

from idp.kernel.web.i18n import wished_language
from idp.tokens import account_hinted, read_hint

from ..draft import Draft, World


def run(draft: Draft, world: World) -> None:
    """Verify whom the hint names, and choose the language."""
    hint = draft.one("id_token_hint")
    if hint is not None:
        read = read_hint(hint, ring=world.ring, settings=world.settings)
        if read is None:
            raise draft.refused("invalid_request", "id_token_hint is not an ID token of ours")
        draft.hinted_sub = str(account_hinted(world.session, read) or read.sub)
    draft.ui_language = wished_language(draft.one("ui_locales") or "")
