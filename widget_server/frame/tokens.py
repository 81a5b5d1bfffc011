"""Form tokens of the frame: signed, bound to one draft and one revision, good for a day.

They take the place of a CSRF cookie: the frame has none. A token of another partner, another draft,
an old revision or another purpose does not fit (spec C7.3), and the browser's word on the origin is
checked beside it.
"""

from dataclasses import dataclass

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from idp.kernel.ground.faults import Conflict, Forbidden

LIFE_SECONDS = 24 * 3600


class FormTokenWrong(Forbidden):
    """The form was not given out by us for this draft."""

    code = "form-token-wrong"
    title = "This form is not ours"
    detail = "Reload the page and fill in the form again."


class FormTooOld(Conflict):
    """The form was given out more than a day ago."""

    code = "form-too-old"
    title = "This form is too old"
    detail = "It was open for more than a day. Reload the page: what is in the draft is kept."


@dataclass(frozen=True, slots=True)
class FormToken:
    """What a form knows: partner's key, draft's secret, the revision it is for, the origin around it."""

    partner: str
    draft: str
    revision: int
    origin: str


class FormTokens:
    """Signs and reads the tokens of the frame's forms."""

    def __init__(self, secrets: list[str]) -> None:
        self._serializer = URLSafeTimedSerializer(secrets, salt="frame-form")

    def mint(self, token: FormToken) -> str:
        """Give the value of the hidden input."""
        return str(self._serializer.dumps([token.partner, token.draft, token.revision, token.origin]))

    def read(self, value: str, *, partner: str, draft: str | None) -> FormToken:
        """Read the hidden input of a partner's form for this draft (None: a form that begins one)."""
        try:
            key, secret, revision, origin = self._serializer.loads(value, max_age=LIFE_SECONDS)
        except SignatureExpired:
            raise FormTooOld from None
        except (BadSignature, ValueError, TypeError):
            raise FormTokenWrong from None
        if key != partner or draft not in (None, secret):
            raise FormTokenWrong
        return FormToken(partner, str(secret), int(revision), str(origin))
