"""What the routes that answer a POST share: their documentation, their answers and their refusals."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from rnnlab.errors import SettingError
from rnnlab.kinds.use import NAMES
from rnnlab.serve.service.refusal import Refusal
from rnnlab.serve.service.schemas import Refused
from rnnlab.serve.service.service import Service

REFUSALS = {400: "not JSON", 401: "no token", 408: "too slow", 413: "too large", 415: "not application/json"}
REFUSALS |= {422: "a field is wrong", 429: "too many requests", 503: "too busy, or ending"}
PLAIN = {"text/plain": {"schema": {"type": "string"}}}


def add_post(
    router: APIRouter,
    name: str,
    endpoint: Any,
    body: Any,
    summary: str,
    model: Any = None,
    streams: bool = False,
) -> None:
    """Add a POST route: FastAPI documents it, but `checked` reads its body, which is far faster.

    Args:
        model: of an answer in JSON; None where it is plain text.
        streams: whether the answer may also be plain text.
    """
    content = {"application/json": {"schema": body.model_json_schema()}}
    responses: dict[int | str, dict[str, Any]] = {
        status: {"model": Refused, "description": description} for status, description in REFUSALS.items()
    }
    found: dict[str, Any] = {} if model is None else {"model": model}
    responses[200] = found | ({"content": PLAIN} if model is None or streams else {})
    router.add_api_route(
        f"/{name}",
        endpoint,
        methods=["POST"],
        summary=summary,
        response_model=model,
        response_class=Response,
        responses=responses,
        openapi_extra={"requestBody": {"required": True, "content": content}},
        name=name,
    )


def answer(content: Any) -> Response:
    """Return the content as a JSON response."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(text, 200, None, "application/json")


def known(name: str, what: str) -> str:
    """Return the name of a run. Raises Refusal if it is empty: there is no run of that ability."""
    if not name:
        raise Refusal(422, "run", f"no {what} is loaded")
    return name


async def predicted(service: Service, name: str, body: Any) -> dict[str, Any]:
    """Return the fields of `schemas.predict_answer` for the rows of a body."""
    one = service.loaded[name]
    assert one.batcher is not None
    assert one.answerer is not None
    field = NAMES[one.answerer.reads]
    rows = getattr(body, field)
    if rows is None:
        raise Refusal(422, field, f"is what {name} reads")
    try:
        found = await one.batcher.submit(rows)
    except SettingError as error:
        raise Refusal(422, field, error.rule) from None
    return {"run": name, "predictions": one.answerer.answers(rows, found.encoded, found.outputs)}
