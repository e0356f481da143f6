"""Routes that kinds name after what their runs do, such as `/translate`: `/predict` for these runs, and the
answer to one row as plain text while it is written.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from rnnlab.errors import SettingError
from rnnlab.kinds.use import NAMES
from rnnlab.serve.service.body import checked
from rnnlab.serve.service.post import add_post, answer, predicted
from rnnlab.serve.service.refusal import Refusal
from rnnlab.serve.service.schemas import predict_answer
from rnnlab.serve.service.service import Service
from rnnlab.serve.service.writer import Writer

FEW = 4  # pieces written before other requests get their turn
TAKEN = {"predict", "explain", "generate", "runs", "health", "metrics", "docs", "page"}


def add_named(router: APIRouter, service: Service) -> None:
    """Add a route for each name that the loaded runs' answerers have.

    Raises:
        ValueError: the name is no word in small letters, or that of another route.
    """
    for route, body in service.requests.routes.items():
        if not re.fullmatch("[a-z_]+", route) or route in TAKEN:
            raise ValueError(f"route={route} must be a word in small letters, and none of {sorted(TAKEN)}")
        answerers = [service.loaded[name].answerer for name in service.routes[route]]
        known = [one for one in answerers if one is not None]
        streams = any(one.streams for one in known)
        told = f"What /predict answers, of the runs that {route}"
        told += "; or plain text, streamed" if streams else ""
        add_post(router, route, endpoint(service, body), body, told, predict_answer(known), streams)


def endpoint(service: Service, model: Any) -> Any:
    """Return the endpoint of a named route, whose body is checked by `model`."""

    async def named(request: Request) -> Response:
        body: Any = await checked(request, model, service.limits)
        if getattr(body, "stream", False):
            return await streamed(service, body.run, body)
        return answer(await predicted(service, body.run, body))

    return named


async def streamed(service: Service, name: str, body: Any) -> StreamingResponse:
    """Return the answer to the body's one row, whose first pieces are there.

    Raises:
        Refusal: several rows, a run that does not stream, or a row that it cannot read.
    """
    answerer = service.loaded[name].answerer
    assert answerer is not None
    field = NAMES[answerer.reads]
    rows = getattr(body, field)
    if not answerer.streams:
        raise Refusal(422, "stream", f"is nothing that {name} can do")
    if rows is None or len(rows) != 1:
        raise Refusal(422, field, "must be one to stream its answer")
    service.enter("generations", service.limits.generations)
    try:
        writer = Writer(answerer.stream(rows[0]))
        first = await service.slowly(writer.write, FEW)
    except SettingError as error:
        service.leave("generations")
        raise Refusal(422, field, error.rule) from None
    except BaseException:
        service.leave("generations")
        raise
    headers = {"x-run": name, "cache-control": "no-store"}
    return StreamingResponse(
        pieces(service, writer, first), headers=headers, media_type="text/plain; charset=utf-8"
    )


async def pieces(service: Service, writer: Writer, first: str) -> AsyncIterator[str]:
    """Yield the pieces until there are no more; a client that disconnects ends it."""
    piece = first
    try:
        while piece:
            service.metrics.wrote(len(piece))
            yield piece
            piece = await service.slowly(writer.write, FEW)
    finally:
        service.leave("generations")
