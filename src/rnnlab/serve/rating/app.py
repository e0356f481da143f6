"""The web app of the rating page."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any, Literal

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict

from rnnlab.errors import SettingError
from rnnlab.report.page.document import BASE
from rnnlab.report.page.document import asset as design
from rnnlab.serve.rating.answers import Answer, Results
from rnnlab.serve.rating.results import Row, summarize
from rnnlab.serve.rating.session import LEFT, following, rater_of, session
from rnnlab.serve.service.body import checked
from rnnlab.serve.service.hosts import Hosts
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.pages import TYPES
from rnnlab.serve.service.refusal import HANDLERS, Refusal, stranger

LIMITS = Limits(body=1 << 14)
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'self'; base-uri 'none'; form-action 'none'",
    "cache-control": "no-store",
}
ADDRESSES = {"rate.html": "/", "results.html": "/results"}
Side = Literal["left", "right", "neither"]


class Given(BaseModel):
    """An answer as the page sends it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    rater: str
    comparison: str
    better: Side
    real: Side


def build_app(results: Results, rater: str | None = None, hosts: Sequence[str] = ()) -> FastAPI:
    """Build the app that shows the comparisons and records the answers.

    Args:
        rater: name of the rater if the address has none; None: the last rater in that browser.
        hosts: host names allowed in requests, in addition to this machine's.
    """
    ours = Hosts(hosts)
    app = FastAPI(
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        exception_handlers=HANDLERS,
    )

    @app.middleware("http")
    async def guarded(request: Request, call: Callable[[Request], Awaitable[Response]]) -> Response:
        named = [value for name, value in request.scope["headers"] if name == b"host"]
        wrong = next((value for value in named if not ours.allow(value)), None)
        response = await call(request) if wrong is None else stranger(wrong).response()
        response.headers.update(HEADERS)
        return response

    _add_pages(app)

    @app.get("/api/session")
    async def start(request: Request) -> Response:
        asked = request.query_params
        name = _rater(asked["rater"] if "rater" in asked else rater or asked.get("last", ""))
        await run_in_threadpool(results.refresh)
        return JSONResponse(state(results, name))

    @app.post("/api/answers")
    async def answer(request: Request) -> Response:
        given = await checked(request, Given, LIMITS)
        name = _rater(given.rater)
        counted = await run_in_threadpool(results.add, _answer(results, given, name))
        return JSONResponse({"counted": counted, **state(results, name)})

    @app.get("/api/results")
    async def shown() -> Response:
        await run_in_threadpool(results.refresh)
        return JSONResponse(await run_in_threadpool(table, results))

    return app


def state(results: Results, rater: str) -> dict[str, Any]:
    """Return the rater's progress and the next two passages, if any; never their sources."""
    answered = results.answered(rater)
    shown = following(session(results.plan, rater), answered)
    return {
        "rater": rater,
        "question": results.plan.question,
        "done": len(answered),
        "count": len(results.plan.comparisons),
        "comparison": shown and {"id": shown.comparison.id, "left": shown.left, "right": shown.right},
    }


def table(results: Results) -> dict[str, Any]:
    """Return the summary for the results page; NaN becomes null."""
    found = summarize(results.plan, list(results.answers.values()))
    questions = (
        ("Which reads better?", found.rows, found.agreement),
        (results.plan.question, found.real_rows, found.real_agreement),
    )
    return {
        "raters": found.raters,
        "count": found.pairs,
        "questions": [
            {"title": title, "rows": [_plain(row) for row in rows], "agreement": agreement}
            for title, rows, agreement in questions
        ],
    }


def _plain(row: Row) -> dict[str, Any]:
    return {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in row._asdict().items()
    }


def _rater(name: str) -> str:
    try:
        return rater_of(name, "rater")
    except SettingError as error:
        raise Refusal(422, "rater", error.rule) from None


def _answer(results: Results, given: Given, rater: str) -> Answer:
    shown = {one.comparison.id: one for one in session(results.plan, rater)}.get(given.comparison)
    if shown is None:
        raise Refusal(422, "comparison", "there is no such comparison here")
    return Answer(
        given.comparison,
        rater,
        shown.meant(given.better),
        shown.meant(given.real),
        shown.meant(LEFT),
        datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _add_pages(app: FastAPI) -> None:
    _add_page(app, f"/page/{BASE}", design(BASE).encode(), TYPES[".css"])
    for asset in files("rnnlab.serve.rating").joinpath("page").iterdir():
        ending = asset.name[asset.name.rfind(".") :]
        if ending in TYPES:
            address = ADDRESSES.get(asset.name, f"/page/{asset.name}")
            _add_page(app, address, asset.read_bytes(), TYPES[ending])


def _add_page(app: FastAPI, address: str, content: bytes, kind: str) -> None:
    async def page() -> Response:
        return Response(content, media_type=kind)

    app.add_api_route(address, page, methods=["GET", "HEAD"])
