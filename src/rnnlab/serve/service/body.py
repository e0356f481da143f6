"""Read a request's body within its limits and validate it."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from rnnlab.errors import suggest
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.refusal import Refusal

Model = TypeVar("Model", bound=BaseModel)
MISSING, EXTRA = "missing", "extra_forbidden"  # pydantic's types of errors
LONGEST_KEY = 100  # characters of an unknown key that are compared with the known ones
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
        raise _refusal(error, model) from None


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


def _refusal(error: ValidationError, model: type[BaseModel]) -> Refusal:
    """Return the first validation error as a refusal; where a field is missing, one that may be misspelt."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    first = errors[0]
    if first["type"] == "json_invalid":
        return Refusal(400, "body", first["msg"])
    if first["type"] == MISSING:
        around = first["loc"][:-1]
        first = next((one for one in errors if one["type"] == EXTRA and one["loc"][:-1] == around), first)
    field = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
    hint = _hint(first["loc"], errors, model) if first["type"] == EXTRA else ""
    return Refusal(422, field.lstrip(".") or "body", first["msg"] + hint)


def _hint(loc: tuple[int | str, ...], errors: list[Any], model: type[BaseModel]) -> str:
    """Return the nearest field to an unknown one, with all of them; inside another, of those missing."""
    missing = [one["loc"] for one in errors if one["type"] == MISSING]
    names = model.model_fields if len(loc) == 1 else [str(at[-1]) for at in missing if at[:-1] == loc[:-1]]
    known = suggest(str(loc[-1])[:LONGEST_KEY], names)
    return f"; {known}" if known else ""
