"""Routes of the service."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.serve.service.body import checked
from rnnlab.serve.service.named_routes import add_named
from rnnlab.serve.service.post import REFUSALS, add_post, answer, known, predicted
from rnnlab.serve.service.refusal import Refusal
from rnnlab.serve.service.run_schemas import RunsAnswer
from rnnlab.serve.service.schemas import (
    DECODING,
    ExplainAnswer,
    HealthAnswer,
    Refused,
    predict_answer,
)
from rnnlab.serve.service.service import Service
from rnnlab.serve.service.writer import Writer

PIECE = 16  # tokens generated before other requests get their turn


def routes(service: Service) -> APIRouter:
    """Return all routes but the pages."""
    router = APIRouter()

    async def predict(request: Request) -> Response:
        body: Any = await checked(request, service.requests.predict, service.limits)
        return answer(await predicted(service, known(body.run, "run that answers"), body))

    async def explain(request: Request) -> Response:
        body: Any = await checked(request, service.requests.explain, service.limits)
        name = known(body.run, "run that can be explained")
        return answer(await _explained(service, name, body.text, body.method))

    async def generate(request: Request) -> Response:
        body: Any = await checked(request, service.requests.generate, service.limits)
        known(body.run, "run that writes")
        seed = secrets.randbelow(2**31) if body.seed is None else body.seed
        decoding = Decoding(**{name: getattr(body, name) for name in DECODING})
        return _written(service, body.run, body.prompt, body.length, decoding, seed)

    bodies = service.requests
    given = predict_answer([one.answerer for one in service.loaded.values() if one.answerer is not None])
    add_post(router, "predict", predict, bodies.predict, "What the network answers to each row", given)
    add_post(router, "explain", explain, bodies.explain, "What each token of a text adds", ExplainAnswer)
    add_post(router, "generate", generate, bodies.generate, "A prompt continued, as plain text, streamed")
    add_named(router, service)
    _looks(router, service)
    return router


def _looks(router: APIRouter, service: Service) -> None:
    refused: dict[int | str, dict[str, Any]] = {
        status: {"model": Refused, "description": REFUSALS[status]} for status in (401, 429, 503)
    }

    @router.get("/runs", summary="The runs that are loaded", response_model=RunsAnswer, responses=refused)
    async def runs() -> Response:
        return answer({"runs": [one.describe() for one in service.loaded.values()]})

    @router.get("/health", summary="Whether it answers", response_model=HealthAnswer, responses=refused)
    async def health() -> Response:
        return answer({"status": "ok", "runs": len(service.loaded)})

    text: dict[int | str, dict[str, Any]] = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}

    @router.get("/metrics", summary="For Prometheus", response_class=Response, responses={**text, **refused})
    async def metrics() -> Response:
        return Response(service.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


async def _explained(service: Service, name: str, text: str, method: str) -> dict[str, Any]:
    one = service.loaded[name]
    if method not in ("auto", *one.methods):
        raise Refusal(422, "method", f"{name} has only {', '.join(one.methods)}")
    service.enter("explanations", service.limits.explanations)
    try:
        return await service.slowly(one.explain, text, method)
    except SettingError as error:
        raise Refusal(422, "text", str(error)) from None
    finally:
        service.leave("explanations")


def _written(
    service: Service, name: str, prompt: str, length: int, decoding: Decoding, seed: int
) -> StreamingResponse:
    service.enter("generations", service.limits.generations)
    writer = service.loaded[name].writer(prompt, length, decoding, seed)
    pieces = _pieces(service, writer, length)
    headers = {"x-run": name, "x-seed": str(seed), "cache-control": "no-store"}
    return StreamingResponse(pieces, headers=headers, media_type="text/plain; charset=utf-8")


async def _pieces(service: Service, writer: Writer, length: int) -> AsyncIterator[str]:
    """Yield `length` tokens as they are generated; a client that disconnects ends it."""
    try:
        for start in range(0, length, PIECE):
            piece = await service.slowly(writer.write, min(PIECE, length - start))
            service.metrics.wrote(len(piece))
            yield piece
    finally:
        service.leave("generations")
