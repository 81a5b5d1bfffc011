"""The door where faults become answers: problem details for programs, a page for people.

Programs get `application/problem+json` (RFC 9457) with the members code, status, title, detail,
`errors` by field and the request id; people get the same sentences on a page with the next step.
Whatever was not foreseen is logged with its cause and shown as a plain 500 without it.
"""

from typing import Any, cast

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from ..ground.faults import Fault, Malformed, NotFound, TooLarge
from .i18n import gettext
from .surface import Surface, current_surface

log = structlog.get_logger("fault")


class MethodNotAllowed(Fault):
    """The address is right, the method is not."""

    code = "method-not-allowed"
    status = 405
    title = "This address does not work that way"


class Unforeseen(Fault):
    """Our own mistake; the cause is in the log under the request id."""

    code = "internal-error"
    status = 500
    title = "Something went wrong on our side"
    detail = "What you entered is not lost: go back and try again in a minute."


def register_faults(app: Flask) -> None:
    """Render every fault of an app at one place."""
    app.register_error_handler(Fault, answer_fault)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(Exception, _answer_unforeseen)


def answer_fault(fault: Fault) -> Response:
    """Give the answer for a fault in the manner of the present surface."""
    log.info("fault", code=fault.code, status=fault.status)
    render = problem if wants_problem() else _page
    response = render(fault)
    response.status_code = fault.status
    if fault.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(fault.retry_after_seconds)
    return response


def wants_problem() -> bool:
    """Say whether a program is asking, by the surface, or by what it accepts best."""
    if current_surface() in (Surface.API, Surface.ASSET):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/problem+json", "application/json"])
    return best is not None and best != "text/html"


def sentence(text: str, values: Any) -> str:
    """Translate a fault's sentence and fill its values in."""
    return gettext(text) % dict(values) if values and "%(" in text else gettext(text)


def problem(fault: Fault) -> Response:
    """Give the problem details document (RFC 9457 §3)."""
    body: dict[str, Any] = {
        "type": f"urn:igrajdanin:problem:{fault.code}",
        "code": fault.code,
        "status": fault.status,
        "title": sentence(fault.title, fault.evidence),
        "request_id": g.get("request_id", ""),
    }
    if fault.detail:
        body["detail"] = sentence(fault.detail, fault.evidence)
    if fault.fields:
        body["errors"] = [{"field": f.name, "message": sentence(f.message, f.evidence)} for f in fault.fields]
    response = jsonify(body)
    response.mimetype = "application/problem+json"
    return response


def _page(fault: Fault) -> Response:
    template = "kernel/frame_fault.html" if current_surface() is Surface.FRAME else "kernel/fault.html"
    return make_response(render_template(template, fault=fault, sentence=sentence))


def _answer_http(error: HTTPException) -> Response:
    if error.response is not None:  # a redirect raised on the way, or an answer made on purpose
        return cast(Response, error.get_response())
    response = answer_fault(_translate(error))
    if isinstance(getattr(error, "valid_methods", None), list):
        response.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", [])))
    return response


def _translate(error: HTTPException) -> Fault:
    if isinstance(error, RequestEntityTooLarge):
        return TooLarge()
    if error.code is None or error.code >= 500:  # such as a failure after the route has answered
        return Unforeseen()
    kinds = {404: NotFound, 405: MethodNotAllowed}
    fault = kinds.get(error.code, Malformed)()
    fault.status = max(error.code, 400)
    return fault


def _answer_unforeseen(error: Exception) -> Response:
    if current_app.testing:
        raise error
    log.exception("unforeseen")
    return answer_fault(Unforeseen())
