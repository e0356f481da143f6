"""Read a request's body within its limits and validate it."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.refusal import Refusal

Model = TypeVar("Model", bound=BaseModel)
CLOSE = {"connection": "close"}  # the rest of what the client is sending is not read


async def checked(request: Request, model: type[Model], limits: Limits) -> Model:
    """Return the body as `model`.

    Raises:
        Refusal: 415 for another content type, 413 for too many bytes, 408 for too slow a client, 400 for
            invalid JSON, 422 for a body that does not fit `model`.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Refusal(415, "content-type", f"must be application/json, not {kind or 'nothing'}", CLOSE)
    try:
        async with asyncio.timeout(limits.body_seconds):
            content = await _read(request, limits.body)
    except TimeoutError:
        raise Refusal(408, "body", f"did not arrive within {limits.body_seconds:g} s", CLOSE) from None
    except ClientDisconnect:
        raise Refusal(400, "body", "ended before its length") from None
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        raise _refusal(error) from None


async def _read(request: Request, most: int) -> bytes:
    length = request.headers.get("content-length", "0")
    if int(length) > most:  # the parser of HTTP lets through digits alone
        raise Refusal(413, "body", f"has {length} bytes: at most {most} are taken", CLOSE)
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise Refusal(413, "body", f"has more than {most} bytes", CLOSE)
        parts.append(part)
    return b"".join(parts)


def _refusal(error: ValidationError) -> Refusal:
    """Return the first validation error as a refusal."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "body", first["msg"])
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    return Refusal(422, field.lstrip(".") or "body", first["msg"])
