"""The consent page: who asks, what they would learn, where it goes; yes and no weigh the same.

Knows no other step: after the decision it returns to the dispatcher. The form carries a proof of
what was shown to whom, so that a form of one site cannot be sent for another (spec C2.24).
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.accounts import Person, find_person
from idp.clients import Client, find_client, form_action_source, shown_host
from idp.kernel.crypto.digests import keyed_digest, matches
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language
from idp.kernel.web.surface import Surface, allow_source, surface
from idp.sessions import ParkedVisit, VisitOver, prove_consent, prove_denial, session_in, visit_in

from .service import deny_consent, give_consent
from .words import scope_words

blueprint = surface(Blueprint("consent", __name__), Surface.POPUP)


@dataclass(frozen=True)
class Question:
    """What is being asked of whom."""

    visit: ParkedVisit
    person: Person
    client: Client

    @property
    def proof(self) -> str:
        """What binds the form to the question: visit, person, site and scopes."""
        key = current_floor().settings.secret_key.get_secret_value()
        asked = self.visit.request
        return keyed_digest(
            key, "consent", str(self.visit.id), self.person.sub, asked.client_id, *asked.consent_scope
        )


@blueprint.get("/consent")
def ask() -> Response:
    """Ask the person."""
    question = _question(clock.now())
    asked = question.visit.request
    set_language(asked.ui_language or current_language())
    allow_source("form-action", form_action_source(asked.redirect_uri))
    return make_response(
        render_template(
            "consent/ask.html",
            question=question,
            site=question.client.name_in(current_language()),
            host=shown_host(asked.redirect_uri),
            words=scope_words(asked.consent_scope),
        )
    )


@blueprint.post("/consent")
def decide() -> Response:
    """Take the decision and return to the dispatcher."""
    now = clock.now()
    question = _question(now)
    if not matches(question.proof, request.form.get("proof", "")):
        raise VisitOver
    with current_floor().db.writing() as session:
        if request.form.get("decision") == "allow":
            asked = question.visit.request
            give_consent(session, question.person.id, asked.client_id, asked.consent_scope, now=now)
            prove_consent(session, question.visit, now=now)
        else:
            deny_consent(session, question.person.id, question.client.id, now=now)
            prove_denial(session, question.visit, now=now)
    return make_response(redirect(url_for("authorize.resume", visit=question.visit.id), 303))


def _question(now: datetime) -> Question:
    with current_floor().db.reading() as session:
        visit, live = visit_in(session, now=now), session_in(session, now=now)
        if visit is None or live is None:
            raise VisitOver
        person = find_person(session, live.account_id)
        client = find_client(session, visit.request.client_id)
    if person is None or client is None:
        raise VisitOver
    return Question(visit, person, client)
