"""The service with a detector: `/anomaly` as a stream whose state the client keeps, and what it refuses."""

from __future__ import annotations

import asyncio
import random

import httpx
import pytest

from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import engine_of
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.service import Service

from .conftest import measurements, times

STAMPS = [str(one) for one in times()]


@pytest.fixture(params=["onnx", "torch"])
def asking(finished, request):
    """asking(ask) -> what `await ask(client)` returns."""
    run = finished("forecast_error")
    loaded = [Loaded("machine", run, engine_of(run, request.param))]

    async def whole(ask):
        service = Service(loaded, Limits(), None)
        transport = httpx.ASGITransport(build_app(service), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        async with service.running(), client:
            return await ask(client)

    return lambda ask: asyncio.run(whole(ask))


def row(start, end, **more):
    values, _ = measurements()
    return {"series": "a", "values": values[start:end].tolist(), "times": STAMPS[start:end], **more}


def test_a_stream_over_several_requests_is_the_whole(asking, finished):
    async def ask(client):
        state, scores = None, []
        for start, end in ((0, 100), (100, 101), (101, 200)):
            answer = await client.post("/anomaly", json={"values": [row(start, end, state=state)]})
            (found,) = answer.json()["predictions"]
            state, scores = found["state"], scores + found["scores"]
        return scores

    (expected,) = finished("forecast_error").answerer()([row(0, 200)])
    assert asking(ask)[1:] == pytest.approx(expected["scores"][1:], abs=1e-3)


def test_what_is_not_points_is_refused_and_nothing_breaks(asking):
    drawn = random.Random(0)
    parts = [None, 1, "a", [], [[]], {}, [[1, 2]], [[None, None]], [["x"]], -1e308, [[1e308, 1]], {"a": 1}]

    def anything():
        names = ("values", "times", "series", "state", "past", "other")
        if drawn.random() < 0.3:
            return drawn.choice(parts)
        return {name: drawn.choice(parts) for name in drawn.sample(names, drawn.randint(1, 4))}

    async def ask(client):
        answers = [await client.post("/anomaly", json={"values": [anything()]}) for _ in range(60)]
        return [(one.status_code, one.text) for one in answers]

    for status, text in asking(ask):
        assert status in (200, 422), text
        assert "Traceback" not in text


def test_a_changed_state_is_refused_in_one_line(asking):
    async def ask(client):
        (found,) = (await client.post("/anomaly", json={"values": [row(0, 30)]})).json()["predictions"]
        changed = found["state"][:-5] + "AAAAA"
        return await client.post("/anomaly", json={"values": [row(30, 40, state=changed)]})

    answer = asking(ask)
    assert answer.status_code == 422
    assert "is none that this run gave" in answer.json()["error"]
