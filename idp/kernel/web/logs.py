"""Structured logs: one line a request, with an id that the answer carries too, and no personal data.

The line names the route's rule, never the path, because paths hold capabilities (draft ids, links);
never a query, a body, a cookie or an address of a person (spec C8.15).
"""

import logging
import sys
import time

import structlog
from flask import Flask, Response, g, request

from ..ground.ids import new_id

log = structlog.get_logger("request")


def configure_logs(log_format: str) -> None:
    """Choose JSON or readable lines for the whole process."""
    renderer = (
        structlog.processors.JSONRenderer() if log_format == "json" else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def register_logs(app: Flask) -> None:
    """Give each request an id and a line."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = str(new_id())
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.get("request_id", "")
    rule = request.url_rule.rule if request.url_rule else None
    took = round((time.perf_counter() - g.started) * 1000, 1) if "started" in g else None
    log.info("request", method=request.method, rule=rule, status=response.status_code, ms=took)
    return response
