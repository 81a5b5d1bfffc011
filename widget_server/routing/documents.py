"""A pin's answer as a small JSON document: services once, receivers as references to them.

The same receivers serve many categories; spelled out they would be most of what a phone downloads.
What pins of one kind have in common is kept as JSON text: building it takes longer than all the rest.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

import orjson

from widget_server.routing.cards import CategoryCard, QuestionCard
from widget_server.routing.pins import PinAnswer, PinCategory, PlaceName, Receiver


def pin_document(answer: PinAnswer) -> dict[str, Any]:
    """Give the document; `receivers[].service` is a position in `services`, times are ISO 8601 in UTC."""
    services: dict[str, dict[str, Any]] = {}
    categories = [_category(own, services) for own in answer.categories]
    return {**_place(answer), "categories": categories, "services": list(services.values())}


class PinDocuments:
    """Documents of pins, ready for orjson: of the last kinds of pins the common part is kept as text.

    A kind is known by the very tuple of its categories, which AnswerMemory gives again and again; the
    tuple is held beside its text, so that no other one can take its identity.
    """

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._held: OrderedDict[int, tuple[object, dict[str, orjson.Fragment]]] = OrderedDict()

    def document(self, answer: PinAnswer) -> dict[str, Any]:
        """Give what `pin_document` gives, with categories and services as JSON text."""
        kind = id(answer.categories)
        with self._lock:
            held = self._held.get(kind)
            if held is not None:
                self._held.move_to_end(kind)
        return {**_place(answer), **(held[1] if held else self._keep(kind, answer))}

    def _keep(self, kind: int, answer: PinAnswer) -> dict[str, orjson.Fragment]:
        document = pin_document(answer)
        common = {name: orjson.Fragment(orjson.dumps(document[name])) for name in ("categories", "services")}
        with self._lock:
            self._held[kind] = (answer.categories, common)
            if len(self._held) > self._size:
                self._held.popitem(last=False)
        return common


def _place(answer: PinAnswer) -> dict[str, Any]:
    return {
        "lon": answer.lon,
        "lat": answer.lat,
        "territories": _places(answer.territories),
        "neighbours": _places(answer.neighbours),
        "region": answer.region,
        "timezone": answer.timezone,
        "is_outside": answer.is_outside,
        "groups": [{"code": group.code, "label": group.label} for group in answer.groups],
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
