"""Answers to requests that the service refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

CLOSE = {"connection": "close"}


class Refusal(Exception):
    """Exception that becomes an answer with a JSON body.

    Args:
        status: 4xx or 503.
        field: the invalid part: a key of the body, `body`, or a header's name; empty if there is none.
        error: one sentence.
        headers: to be sent in addition.
    """

    def __init__(self, status: int, field: str, error: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(error)
        self.status, self.field, self.error, self.headers = status, field, error, dict(headers or {})

    def response(self) -> Response:
        return refused(self.status, self.field, self.error, self.headers)


def refused(status: int, field: str, error: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the refusal as a JSON answer."""
    body = json.dumps({"error": error, "field": field})
    return Response(body, status, dict(headers or {}), "application/json")


def failed() -> Response:
    """Return a 500 answer: an internal error, which is logged."""
    return refused(500, "", "an error of the service")


def busy(what: str) -> Refusal:
    """Return a 503 refusal: the service is busy."""
    return Refusal(503, "", f"too many {what} are waiting", {"retry-after": "1"})


def stranger(host: bytes) -> Refusal:
    """Return a 421 refusal: the Host header is not one of this service's names."""
    name = host.decode("latin-1")[:100]
    return Refusal(421, "host", f"this service is not {name}: start it with --allow-host NAME", CLOSE)


async def _refuse(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)
    return refusal.response()


async def _slip(request: Request, error: Exception) -> Response:
    return failed()


async def _no_such(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    field = "path" if error.status_code == 404 else "method"
    return refused(error.status_code, field, str(error.detail), error.headers)


HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    Refusal: _refuse,
    404: _no_such,
    405: _no_such,
    Exception: _slip,
}
