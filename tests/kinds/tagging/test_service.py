"""The service with a tagger: `/tag`, batches of several clients, and requests that cannot be answered."""

import asyncio

import httpx
import pytest

from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import engine_of
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.service import Service

TEXTS = ["Dan Wu lives in New York", "", "nobody saw Eve", "😂"]


@pytest.fixture(scope="module", params=["onnx", "torch"])
def loaded(entity_run, request):
    if request.param == "onnx":
        pytest.importorskip("onnxruntime")
    run = OpenRun(RunFolder(entity_run))
    return [Loaded("tagger", run, engine_of(run, request.param))]


@pytest.fixture
def asking(loaded):
    """asking(ask) -> what `await ask(client)` returns."""

    async def whole(ask):
        service = Service(loaded, Limits(), None)
        transport = httpx.ASGITransport(build_app(service), raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        async with service.running(), client:
            return await ask(client)

    return lambda ask: asyncio.run(whole(ask))


def test_tag_answers_as_predict_does(asking, opened):
    async def ask(client):
        return [(await client.post(path, json={"text": TEXTS})).json() for path in ("/tag", "/predict")]

    first, second = asking(ask)
    assert first == second
    for found, expected in zip(first["predictions"], opened.answerer()(TEXTS), strict=True):
        assert found["tags"] == expected["tags"]
        assert [span["text"] for span in found["spans"]] == [span["text"] for span in expected["spans"]]
    assert first["predictions"][1]["note"] == "empty text"


def test_clients_at_once_get_their_own_answers(asking):
    async def ask(client):
        asked = [
            client.post("/tag", json={"text": f"{name} lives in Rome"}) for name in ("Ann", "Eve", "Gina")
        ]
        return [answer.json() for answer in await asyncio.gather(*asked)]

    assert [one["predictions"][0]["spans"][0]["text"] for one in asking(ask)] == ["Ann", "Eve", "Gina"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "a" * 200_000}, "text"),
        ({"text": [["a", "list"]]}, "text"),
        ({"text": 3}, "text"),
        ({"text": []}, "text"),
        ({}, "text"),
        ({"text": "a", "run": "other"}, "run"),
        ({"text": "a", "stream": True}, "stream"),
    ],
)
def test_what_cannot_be_answered_is_refused(asking, body, field):
    async def ask(client):
        return await client.post("/tag", json=body)

    answer = asking(ask)
    assert answer.status_code == 422
    assert field in answer.json()["field"]


def test_the_longest_text_that_is_allowed_is_answered(asking):
    async def ask(client):
        return (await client.post("/tag", json={"text": "Ann in Rome " * 1600}, timeout=60)).json()

    (found,) = asking(ask)["predictions"]
    assert len(found["tags"]) == 4800


def test_explain_scores_words(asking):
    async def ask(client):
        answers = [await client.post("/explain", json={"text": text}) for text in ("Eve in Oslo", "today")]
        return [(one.status_code, one.json()) for one in answers]

    (status, found), (refused, told) = asking(ask)
    assert status == 200
    assert found["tokens"] == ["Eve", "in", "Oslo"]
    assert refused == 422
    assert "has no entity" in told["error"]
