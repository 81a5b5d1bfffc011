"""Structured logs: one line a request, with an id that the answer carries too, and no personal data.

The line names the route's rule, never the path, because paths hold capabilities (draft ids, links);
never a query, a body, a cookie or an address of a person (spec C8.15).
"""

import logging
import sys
import time
import traceback
from collections.abc import Iterator
from types import TracebackType

import orjson
import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict

from ..ground.ids import new_id

ExcInfo = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None]
log = structlog.get_logger("request")


def configure_logs(log_format: str) -> None:
    """Choose JSON or readable lines for the whole process."""
    renderer = (
        structlog.processors.JSONRenderer(_dump) if log_format == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            _name_request,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _name_cause,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def register_logs(app: Flask) -> None:
    """Give each request an id and a line, and let Flask's own words on a failure keep to the rules."""
    app.log_exception = _log_unforeseen  # type: ignore[method-assign]  # Flask's documented way is a subclass
    app.before_request(_begin)
    app.after_request(_end)


def _log_unforeseen(exc_info: ExcInfo) -> None:
    log.error("unforeseen", exc_info=exc_info[1])


def _dump(line: EventDict, **_: object) -> str:
    return orjson.dumps(line, default=str).decode()


def _name_request(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Name the request in whose service the line is written, if any."""
    request_id = g.get("request_id") if g else None
    if request_id is not None:
        line["request_id"] = request_id
    return line


def _name_cause(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Write a cause as places in the code and types: an error's own words may hold what a person entered."""
    cause = line.pop("exc_info", None)
    if cause:
        error = cause if isinstance(cause, BaseException) else sys.exc_info()[1]
        line["exception"] = "".join(reversed(list(_chain(error))))
    return line


def _chain(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        places = "".join(traceback.format_tb(error.__traceback__))
        yield f"{places}{type(error).__module__}.{type(error).__qualname__}\n"
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _begin() -> None:
    g.request_id = str(new_id())
    g.started = time.perf_counter()


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    rule = request.url_rule.rule if request.url_rule else None
    started = g.get("started")
    took = None if started is None else round((time.perf_counter() - started) * 1000, 1)
    log.info("request", method=request.method, rule=rule, status=response.status_code, ms=took)
    return response
