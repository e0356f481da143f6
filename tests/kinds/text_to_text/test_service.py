"""A text-to-text run behind the service: `/translate`, at once and streamed."""

from __future__ import annotations

import asyncio
import random

import httpx
import pytest

from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import engine_of
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.service import Service

SMALL = ["task=text_to_text", "tokenizer=char", "model=gru", "model.hidden_size=8", "model.embedding_size=8"]
SMALL += ["trainer.max_epochs=1", "task.decoding.beam=2", "report=false"]


@pytest.fixture(scope="module")
def run(train_run, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    draw, rows = random.Random(0), ["source\ttarget"]
    for _ in range(60):
        text = "".join(draw.choices("abcd", k=draw.randint(1, 6)))
        rows.append(f"{text}\t{text.upper()}")
    (folder / "pairs.tsv").write_text("\n".join(rows) + "\n")
    train_run(folder / "run", *SMALL, f"data.files.train={folder / 'pairs.tsv'}")
    return OpenRun(RunFolder(folder / "run"))


@pytest.fixture(scope="module", params=["onnx", "torch"])
def loaded(request, run):
    return Loaded("pairs-gru", run, engine_of(run, request.param))


@pytest.fixture
def post(loaded):
    """post(path, body, ...) -> the answers of one service."""

    def ask(*bodies, path="/translate"):
        async def whole():
            service = Service([loaded], Limits(characters=500))
            transport = httpx.ASGITransport(build_app(service), raise_app_exceptions=False)
            async with (
                service.running(),
                httpx.AsyncClient(transport=transport, base_url="http://localhost") as c,
            ):
                return [await c.post(path, json=body) for body in bodies]

        return asyncio.run(whole())

    return ask


def test_texts_are_translated_as_the_run_predicts_them(post, run):
    texts = ["abc", "d", ""]
    (found,) = post({"text": texts})
    answers, expected = found.json()["predictions"], run.predict(texts)
    assert [one["predicted"] for one in answers] == [one["predicted"] for one in expected]
    assert [one["note"] for one in answers] == ["", "", "empty text"]
    for mine, theirs in zip(answers, expected, strict=True):
        assert mine["score"] == pytest.approx(theirs["score"], abs=1e-5)
        assert mine["alternatives"][0]["predicted"] == mine["predicted"]
        assert len(mine["alternatives"]) == 2  # as many as the beam finds, a few at most


def test_a_stream_is_the_greedy_output(post, run):
    for text in ("abcd", ""):
        (found,) = post({"text": text, "stream": True})
        assert found.status_code == 200
        assert found.text == run.predict([text], beam=1)[0]["predicted"]


def test_a_source_over_the_limit_is_refused_and_others_are_answered(post):
    long, streamed, fine = post(
        {"text": "a" * 200_000}, {"text": "a" * 501, "stream": True}, {"text": "a" * 500}
    )
    for refused in (long, streamed):
        assert refused.status_code == 422
        assert refused.json() == {"error": "String should have at most 500 characters", "field": "text[0]"}
    assert fine.status_code == 200


@pytest.mark.parametrize("text", ["\0", "\N{SNOWMAN}" * 5, " " * 100, "a\nb\tc", "𝔞𝔟𝔠"])
def test_odd_texts_are_answered(post, text):
    at_once, streamed = post({"text": text}, {"text": text, "stream": True})
    assert (at_once.status_code, streamed.status_code) == (200, 200)
