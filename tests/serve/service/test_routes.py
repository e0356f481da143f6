import asyncio
import json

import pytest

from rnnlab.serve.service.limits import Limits
from rnnlab.sweep.best_run import open_run

JSON = {"content-type": "application/json"}
BROKEN = [
    (b"", 400, "body"),
    (b"{", 400, "body"),
    (b"\xff\xfe", 400, "body"),
    (b'{"text": "\xff"}', 400, "body"),
    (b'{"text": "\\ud800"}', 400, "body"),
    (b"[" * 100_000, 400, "body"),
    (b'{"text": NaN}', 422, "text"),
    (b"[]", 422, "body"),
    (b"null", 422, "body"),
    (b"{}", 422, "text"),
    (b'{"text": 1}', 422, "text"),
    (b'{"text": null}', 422, "text"),
    (b'{"text": ["a", 1]}', 422, "text[1]"),
    (b'{"text": []}', 422, "text"),
    (b'{"text": ["a", "a", "a", "a"]}', 422, "text"),
    (b'{"text": "' + b"a" * 101 + b'"}', 422, "text[0]"),
    (b'{"text": "a", "run": "tweets"}', 422, "run"),
    (b'{"text": "a", "run": "shakespeare-lstm"}', 422, "run"),
    (b'{"text": "a", "txt": "a"}', 422, "txt"),
    (b'{"text": "' + b"a" * 200_000 + b'"}', 413, "body"),
]
SMALL = Limits(texts=3, characters=100, body=150_000, length=50, generations=1, explanations=1)


def test_it_predicts_as_the_run_does_and_in_order(asking, classifier_run):
    texts = ["a fine film", "what a waste of two hours", "", "😂 \x00 é"]

    async def ask(client, service):
        several = (await client.post("/predict", json={"text": texts})).json()
        one = (await client.post("/predict", json={"text": texts[1], "run": "imdb-bilstm_attention"})).json()
        return several, one

    several, one = asking(ask)
    known = open_run(classifier_run).predict(texts)
    assert [found["label"] for found in several["predictions"]] == [p.label for p in known]
    for found, prediction in zip(several["predictions"], known, strict=True):
        assert found["probabilities"] == pytest.approx(prediction.probabilities, abs=1e-5)
        assert found["note"] == prediction.note
    assert [found["note"] for found in several["predictions"]] == ["", "", "empty text", "no known token"]
    assert several["run"] == one["run"] == "imdb-bilstm_attention"
    assert one["predictions"][0]["probability"] == pytest.approx(known[1].probability, abs=1e-5)


@pytest.mark.parametrize(("body", "status", "field"), BROKEN, ids=lambda value: str(value)[:30])
def test_a_broken_body_is_refused_by_its_field(asking, body, status, field):
    async def ask(client, service):
        return await client.post("/predict", content=body, headers=JSON)

    response = asking(ask, SMALL)
    assert (response.status_code, response.json()["field"]) == (status, field)
    assert response.json()["error"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("explain", {"text": ["a"]}, "text"),
        ("explain", {"text": "a", "method": "magic"}, "method"),
        ("explain", {"text": "a", "method": "surprisal"}, "method"),
        ("generate", {"length": 51}, "length"),
        ("generate", {"length": True}, "length"),
        ("generate", {"length": 2.5}, "length"),
        ("generate", {"temperature": -0.1}, "temperature"),
        ("generate", {"top_p": 0}, "top_p"),
        ("generate", {"top_k": 0}, "top_k"),
        ("generate", {"repetition_penalty": 0.5}, "repetition_penalty"),
        ("generate", {"seed": 2**53}, "seed"),
        ("generate", {"run": "imdb-bilstm_attention"}, "run"),
    ],
)
def test_a_wrong_field_is_named(asking, path, body, field):
    async def ask(client, service):
        return await client.post(f"/{path}", json=body)

    response = asking(ask, SMALL)
    assert (response.status_code, response.json()["field"]) == (422, field)


def test_a_body_that_is_streamed_is_bounded_too(asking):
    async def pieces():
        for _ in range(1000):
            yield b"a" * 1000

    async def ask(client, service):
        return await client.post("/predict", content=pieces(), headers=JSON)

    assert asking(ask, SMALL).status_code == 413


def test_a_body_that_does_not_come_is_given_up(asking):
    async def pieces():
        yield b"{"
        await asyncio.sleep(30)

    async def ask(client, service):
        return await client.post("/predict", content=pieces(), headers=JSON)

    response = asking(ask, Limits(body_seconds=0.05))
    assert (response.status_code, response.json()["field"]) == (408, "body")


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", ""])
def test_another_content_type_is_refused(asking, kind):
    async def ask(client, service):
        return await client.post("/predict", content=b'{"text": "a"}', headers={"content-type": kind})

    assert asking(ask).status_code == 415


def test_it_explains_each_token(asking):
    async def ask(client, service):
        return (await client.post("/explain", json={"text": "a fine film", "method": "attention"})).json()

    found = asking(ask)
    assert found["method"] == "attention"
    assert not found["signed"]
    assert len(found["tokens"]) == len(found["scores"]) == len(found["spans"]) > 0
    assert sum(found["scores"]) == pytest.approx(1, abs=1e-4)


def test_it_writes_the_same_for_the_same_seed_and_says_the_seed(asking):
    async def ask(client, service):
        body = {"prompt": "(", "length": 40, "seed": 5, "temperature": 1.0}
        answers = [await client.post("/generate", json=body) for _ in range(2)]
        unseeded = await client.post("/generate", json={"length": 40, "temperature": 1.0})
        again = {"length": 40, "temperature": 1.0, "seed": int(unseeded.headers["x-seed"])}
        return answers, unseeded, await client.post("/generate", json=again)

    (first, second), unseeded, again = asking(ask)
    assert first.text == second.text
    assert len(first.text) == 40
    assert unseeded.text == again.text
    assert unseeded.headers["content-type"] == "text/plain; charset=utf-8"


def test_more_than_may_be_written_at_once_is_refused_and_room_comes_back(asking):
    async def ask(client, service):
        body = {"length": 50}
        asked = [client.post("/generate", json=body) for _ in range(3)]
        together = [answer.status_code for answer in await asyncio.gather(*asked)]
        return together, (await client.post("/generate", json=body)).status_code

    together, after = asking(ask, SMALL)
    assert sorted(together) == [200, 503, 503]
    assert after == 200


def test_a_queue_that_is_full_answers_503_at_once(asking):
    async def ask(client, service):
        asked = [client.post("/predict", json={"text": ["a", "b"]}) for _ in range(5)]
        return await asyncio.gather(*asked)

    answers = asking(ask, Limits(queue=4, max_wait_ms=50))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 503, 503, 503]
    refused = next(answer for answer in answers if answer.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert json.loads(refused.text)["error"]


def test_it_says_what_is_loaded(asking):
    async def ask(client, service):
        return (await client.get("/runs")).json()["runs"], (await client.get("/health")).json()

    runs, health = asking(ask)
    assert [(run["name"], run["kind"]) for run in runs] == [
        ("imdb-bilstm_attention", "classification"),
        ("shakespeare-lstm", "language_modeling"),
    ]
    assert "attention" in runs[0]["methods"]
    assert health == {"status": "ok", "runs": 2}
