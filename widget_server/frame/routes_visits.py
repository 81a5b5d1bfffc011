"""One request to the frame: who embeds it, in which language, which draft, what is known at its pin."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, request
from sqlalchemy.orm import Session

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault
from idp.kernel.ground.settings import LANGUAGES
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language
from idp.kernel.web.surface import allow_framing_by, allow_source
from widget_server.media import PhotoView, photos_of
from widget_server.partners import Diagnosis, HostConfig, find_host, normal_origin
from widget_server.privacy import ConsentAsked, consent_texts
from widget_server.problems import DraftView, find_draft, receiver_of
from widget_server.routing import PinAnswer, PinCategory, Receiver, current_desk
from widget_server.settings import settings_of

from .steps import Progress

THEMES = ("light", "dark", "auto")


class EmbeddingRefused(Fault):
    """Unknown key, disabled partner or wrong origin: one page for all three, for the webmaster to read."""

    code = "embedding-refused"
    status = 403
    title = "The widget cannot be shown here"

    def __init__(self, diagnosis: Diagnosis) -> None:
        super().__init__()
        self.diagnosis = diagnosis


@dataclass(frozen=True, slots=True)
class FrameParams:
    """What the address of the frame asks for; anything unknown is as if it were not there."""

    language: str
    theme: str

    @classmethod
    def of_request(cls, default_language: str) -> "FrameParams":
        """Read the query."""
        language, theme = request.args.get("lang", ""), request.args.get("theme", "auto")
        return cls(
            language if language in LANGUAGES else default_language, theme if theme in THEMES else "auto"
        )


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with a draft: everything that a step's page shows."""

    host: HostConfig
    secret: str
    draft: DraftView
    pin: PinAnswer | None
    photos: tuple[PhotoView, ...]

    @property
    def progress(self) -> Progress:
        """What the checks of the steps look at."""
        return Progress(self.draft.fields, self.pin, len(self.photos))

    @property
    def chosen(self) -> PinCategory | None:
        """The category chosen, if it is known at the pin."""
        return self.pin.category(self.draft.fields.category) if self.pin else None

    @property
    def receiver(self) -> Receiver | None:
        """Who gets the report as things stand."""
        return receiver_of(self.draft.fields, self.chosen) if self.chosen else None


def welcome(session: Session, key: str) -> HostConfig:
    """Give the partner whose page shows us, set who may frame the answer and its language.

    Raises EmbeddingRefused; that answer may be framed by anyone, for it does nothing.
    """
    referer: str | None = request.referrer
    if referer and normal_origin(referer) == current_floor().settings.public_url:
        referer = None  # from one of our own steps
    host = find_host(session, key, referer=referer)
    if isinstance(host, Diagnosis):
        allow_framing_by(["*"])
        raise EmbeddingRefused(host)
    allow_framing_by(host.origins)
    settings = settings_of(current_floor())
    allow_source("connect-src", settings.issuer)
    if settings.tile_url:
        allow_source("img-src", normal_origin(settings.tile_url.replace("{s}", "a")) or "'self'")
    params = FrameParams.of_request(host.language)
    set_language(params.language)
    g.theme = params.theme
    return host


def let_partner_show(key: str) -> None:
    """Let the partner's page frame the present answer, unless it is said already who may."""
    if "frame-ancestors" in g.get("content_policy", {}):
        return
    with current_floor().db.reading() as session:
        host = find_host(session, key, referer=None)
    if isinstance(host, HostConfig):
        allow_framing_by(host.origins)


def find_visit(session: Session, key: str, secret: str) -> Visit:
    """Give the visit of a draft; raises NotFound for another partner's draft as for none (spec C9.1)."""
    host, now = welcome(session, key), clock.now()
    draft = find_draft(session, secret, partner_id=host.partner_id, now=now)
    if not request.args.get("lang"):
        set_language(draft.language)
    photos = photos_of(session, [draft.id], capabilities=current_floor().capabilities, now=now)
    return Visit(
        host,
        secret,
        draft,
        pin_of(session, draft.fields.lon, draft.fields.lat, now),
        photos.get(draft.id, ()),
    )


def pin_of(session: Session, lon: float | None, lat: float | None, now: datetime) -> PinAnswer | None:
    """Give what is known at a place, nothing when there is none yet."""
    if lon is None or lat is None:
        return None
    return current_desk().at_pin(session, lon=lon, lat=lat, now=now, language=current_language())


def consents_asked(receiver: Receiver | None) -> tuple[ConsentAsked, ...]:
    """Give the consent boxes with the operator's and the receiver's names in their words."""
    settings, language = settings_of(current_floor()), current_language()
    operator = settings.operator_name_en if language == "en" else settings.operator_name_ru
    return tuple(consent_texts(language, operator=operator, receiver=receiver.name if receiver else operator))


def surrounding_origin(host: HostConfig) -> str:
    """Give the origin of the page around the frame: what the browser says, else the partner's only one."""
    said = normal_origin(request.referrer or "")
    if said in host.origins:
        return said
    return host.origins[0] if len(host.origins) == 1 else ""
