"""Tables of problems: the problem, its reporter apart from it, its history, links, drafts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonObject
from widget_server.database import Model

from .states import Clocks


class Problem(Model):
    """A citizen's problem. Holds nothing about the person: that is the Reporter's row.

    `number` begins with the region, so it is unique without a constraint across regions;
    `service_code` is empty while nobody serves; `cell` is the square of `cells.LEVEL`;
    `queue_rank` sorts a service's queue: what is due next first, then what was closed last;
    `clock_rules` are the promises made when it was reported: {"answer": [days, kind], "fix": …}.
    """

    __tablename__ = "problem"
    __table_args__ = (
        Index("ix_problem_nearby", "cell", "category", "is_open"),
        Index("ix_problem_queue", "queue_rank", "id"),
        Index("ix_problem_service_queue", "service_code", "queue_rank", "id"),
        Index("ix_problem_state_created", "state", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    region: Mapped[str] = mapped_column(String(8))
    partner_id: Mapped[UUID] = mapped_column(index=True)
    reporter_id: Mapped[UUID | None] = mapped_column(ForeignKey("reporter.id"), index=True)
    category: Mapped[str] = mapped_column(String(80))
    state: Mapped[str] = mapped_column(String(30))
    is_open: Mapped[bool]
    is_public: Mapped[bool]
    territory_code: Mapped[str] = mapped_column(String(80))
    service_code: Mapped[str] = mapped_column(String(80))
    lon: Mapped[float]
    lat: Mapped[float]
    cell: Mapped[int] = mapped_column(BigInteger)
    address: Mapped[str] = mapped_column(String(300))
    description: Mapped[str] = mapped_column(Text)
    answers: Mapped[JsonObject]
    language: Mapped[str] = mapped_column(String(8))
    level: Mapped[int]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    queue_rank: Mapped[int] = mapped_column(BigInteger)
    clock_rules: Mapped[JsonObject]
    answer_due_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    fix_due_at: Mapped[datetime | None]
    fixed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    @property
    def clocks(self) -> Clocks:
        """The two deadlines and when they were met."""
        return Clocks(self.answer_due_at, self.answered_at, self.fix_due_at, self.fixed_at)


class Reporter(Model):
    """Who reported one problem: personal data, apart so that it can be blanked while the problem stays."""

    __tablename__ = "reporter"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sub: Mapped[str] = mapped_column(String(255), index=True)
    email: Mapped[str] = mapped_column(String(320))
    name: Mapped[str] = mapped_column(String(200))
    is_name_public: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    confirm_until: Mapped[datetime | None] = mapped_column(index=True)
    confirmed_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]


class HistoryEntry(Model):
    """One change of a problem: when, by whom, from where to where, with the public words said."""

    __tablename__ = "history_entry"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    problem_id: Mapped[UUID] = mapped_column(ForeignKey("problem.id"), index=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(20))
    actor_sub: Mapped[str] = mapped_column(String(255))
    action: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)


class ServiceLink(Model):
    """The capability of one service for one problem; the link's secret is minted from this key."""

    __tablename__ = "service_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    problem_id: Mapped[UUID] = mapped_column(ForeignKey("problem.id"), index=True)
    service_code: Mapped[str] = mapped_column(String(80))
    valid_until: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Draft(Model):
    """A report being written without scripts: what was entered so far, behind an unguessable path.

    Found by the digest of its secret. `revision` counts the forms taken, each of which is good for
    one revision; `problem_id` is set by sending, and then the rest is blank.
    """

    __tablename__ = "draft"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    partner_id: Mapped[UUID]
    origin: Mapped[str] = mapped_column(String(255))
    language: Mapped[str] = mapped_column(String(8))
    revision: Mapped[int]
    last_form: Mapped[str] = mapped_column(String(64))
    fields: Mapped[JsonObject]
    problem_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ExternalReference(Model):
    """That a problem came from elsewhere, under that system's own number: never imported twice."""

    __tablename__ = "external_reference"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(String(80))
    external_id: Mapped[str] = mapped_column(String(120))
    problem_id: Mapped[UUID] = mapped_column(ForeignKey("problem.id"))
