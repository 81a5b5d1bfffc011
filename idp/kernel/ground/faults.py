"""The one family of errors that a person or a program outside is meant to see.

A fault is raised at the place that knows what is wrong, and caught only at the door, which renders
it as problem details (RFC 9457) for programs and as a page with the next step for people. The
sentences are message ids for the translation; values travel in `evidence` and are filled in after
translating, so that one fault reads right in every language.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """What is wrong with one field of a form: its name, and the sentence that says what to do."""

    name: str
    message: str
    evidence: Mapping[str, object] | None = None


class Fault(Exception):
    """An error with manners: a stable code, a status, a title, and what to do next.

    Subclasses set the class attributes; an instance adds `fields`, `evidence` (values for the
    sentences and members of the problem document) and `retry_after_seconds`.
    """

    code: str = "fault"
    status: int = 400
    title: str = "Something is wrong with the request"
    detail: str = ""

    def __init__(
        self,
        detail: str | None = None,
        *,
        fields: Sequence[FieldFault] = (),
        retry_after_seconds: int | None = None,
        **evidence: object,
    ) -> None:
        super().__init__(self.code)
        self.detail = detail if detail is not None else type(self).detail
        self.fields = tuple(fields)
        self.retry_after_seconds = retry_after_seconds
        self.evidence: Mapping[str, object] = evidence


class Invalid(Fault):
    """The request was understood and some of its values are not acceptable; `fields` says which."""

    code = "invalid-request"
    status = 422
    title = "Please check what you entered"


class Malformed(Fault):
    """The request cannot be understood at all."""

    code = "malformed-request"
    status = 400
    title = "The request cannot be read"


class Unauthenticated(Fault):
    """Nobody, or nobody any more, is signed in."""

    code = "unauthenticated"
    status = 401
    title = "Please sign in"


class Forbidden(Fault):
    """Known, and not allowed."""

    code = "forbidden"
    status = 403
    title = "This is not allowed"


class NotFound(Fault):
    """No such thing, or none that the asker may know of (spec C9.1: the two look the same)."""

    code = "not-found"
    status = 404
    title = "There is no such page"


class Conflict(Fault):
    """The thing has changed meanwhile."""

    code = "conflict"
    status = 409
    title = "This has changed meanwhile"


class Gone(Fault):
    """It was there and its time is over."""

    code = "expired"
    status = 410
    title = "This link is no longer valid"


class TooLarge(Fault):
    """More bytes than we take."""

    code = "too-large"
    status = 413
    title = "This is too large"


class UnsupportedMedia(Fault):
    """A kind of file or body that we do not take."""

    code = "unsupported-media-type"
    status = 415
    title = "This kind of file is not accepted"


class TooMany(Fault):
    """More requests than the limit; `retry_after_seconds` says when to return."""

    code = "too-many-requests"
    status = 429
    title = "Too many requests, please wait a little"


class Unavailable(Fault):
    """A part we need does not answer; nothing of the request was lost or half done."""

    code = "temporarily-unavailable"
    status = 503
    title = "This does not work right now, please try again shortly"
