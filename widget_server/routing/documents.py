"""A pin's answer as a small JSON document: services once, receivers as references to them.

The same receivers serve many categories; spelled out they would be most of what a phone downloads.
"""

from collections.abc import Iterable
from typing import Any

from widget_server.routing.cards import CategoryCard, QuestionCard
from widget_server.routing.pins import PinAnswer, PinCategory, PlaceName, Receiver


def pin_document(answer: PinAnswer) -> dict[str, Any]:
    """Give the document; `receivers[].service` is a position in `services`, times are ISO 8601 in UTC."""
    services: dict[str, dict[str, Any]] = {}
    categories = [_category(own, services) for own in answer.categories]
    return {
        "lon": answer.lon,
        "lat": answer.lat,
        "territories": _places(answer.territories),
        "neighbours": _places(answer.neighbours),
        "region": answer.region,
        "timezone": answer.timezone,
        "is_outside": answer.is_outside,
        "groups": [{"code": group.code, "label": group.label} for group in answer.groups],
        "categories": categories,
        "services": list(services.values()),
    }


def _category(own: PinCategory, services: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        **_card(own.card),
        "is_in_season": own.is_in_season,
        "receivers": _receivers(own.receivers, services),
        "by_answer": [
            {
                "question": other.question,
                "value": other.value,
                "receivers": _receivers(other.receivers, services),
            }
            for other in own.by_answer
        ],
    }


def _card(card: CategoryCard) -> dict[str, Any]:
    return {
        "code": card.code,
        "group": card.group_code,
        "label": card.label,
        "photo": card.photo,
        "text": card.text,
        "stop": card.stop,
        "visibility": card.visibility,
        "place": card.place,
        "nearby_radius_m": card.nearby_radius_m,
        "questions": [_question(question) for question in card.questions],
    }


def _question(question: QuestionCard) -> dict[str, Any]:
    return {
        "key": question.key,
        "label": question.label,
        "kind": question.kind,
        "is_required": question.is_required,
        "changes_receiver": question.changes_receiver,
        "options": [{"value": option.value, "label": option.label} for option in question.options],
    }


def _receivers(receivers: Iterable[Receiver], services: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    return [_receiver(receiver, services) for receiver in receivers]


def _receiver(receiver: Receiver, services: dict[str, dict[str, Any]]) -> dict[str, Any]:
    services.setdefault(receiver.code, _service(receiver))
    return {
        "service": list(services).index(receiver.code),
        "why": receiver.why,
        "territory": receiver.territory.name,
        "answer_due_at": receiver.answer_due_at.isoformat(),
        "fix_due_at": receiver.fix_due_at.isoformat() if receiver.fix_due_at else None,
    }


def _service(receiver: Receiver) -> dict[str, Any]:
    return {
        "id": str(receiver.authority_id),
        "code": receiver.code,
        "name": receiver.name,
        "short_name": receiver.short_name,
        "to": receiver.to,
        "phone": receiver.phone,
        "site": receiver.site,
        "legal_note": receiver.legal_note,
    }


def _places(places: Iterable[PlaceName]) -> list[dict[str, str]]:
    return [{"code": place.code, "level": place.level, "name": place.name} for place in places]
