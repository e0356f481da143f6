"""A route that a kind names, beside /predict: the same answers, and one of them streamed."""

from types import SimpleNamespace

import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.use import Answerer
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import Engine
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.service import Service


class Loud(Answerer):
    """A text in capitals, word by word."""

    columns, fields, example, route, streams = ("predicted",), {"predicted": str}, "a b", "shout", True

    def encode(self, rows):
        if any("?" in row for row in rows):
            raise SettingError("text", rows, "must ask nothing")
        return list(rows)

    def compute(self, encoded):
        return [row.upper() for row in encoded]

    def answers(self, rows, encoded, outputs):
        return [{"predicted": output} for output in outputs]

    def stream(self, row):
        self.encode([row])
        for place, word in enumerate(row.upper().split()):
            if word == "BREAK":
                raise RuntimeError("a slip")
            yield f" {word}" if place else word


class Whole(Loud):
    streams = False


def run_of(name, answerer):
    kind = SimpleNamespace(commands=frozenset({"predict", "serve"}))
    run = SimpleNamespace(
        task=name, model="gru", kind="loud", problem=kind, classes=(), result={}, metrics={}
    )
    return Loaded(name, run, Engine("torch", answerer=answerer))


@pytest.fixture
def loaded(loaded):
    return [*loaded, run_of("loud", Loud()), run_of("whole", Whole())]


def post(asking, body, **options):
    async def ask(client, service):
        answer = await client.post("/shout", json=body)
        busy = service._in_work.get("generations", 0)
        return answer, busy

    answer, busy = asking(ask, **options)
    assert busy == 0  # whatever came, nothing counts as running
    return answer


def test_the_route_answers_as_predict_does(asking):
    async def ask(client, service):
        named = await client.post("/shout", json={"text": ["a b", "c"]})
        return named.json(), (
            await client.post("/predict", json={"text": ["a b", "c"], "run": "loud"})
        ).json()

    named, predicted = asking(ask)
    assert named == predicted == {"run": "loud", "predictions": [{"predicted": "A B"}, {"predicted": "C"}]}


def test_one_answer_is_streamed_as_plain_text(asking):
    text = " ".join(f"word{number}" for number in range(30))
    answer = post(asking, {"text": text, "stream": True})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-run"] == "loud"
    assert answer.text == text.upper()
    assert post(asking, {"text": "", "stream": True}).text == ""


@pytest.mark.parametrize(
    ("body", "status", "field", "error"),
    [
        ({"text": ["a", "b"], "stream": True}, 422, "text", "must be one to stream its answer"),
        ({"text": "a", "stream": True, "run": "whole"}, 422, "stream", "is nothing that whole can do"),
        ({"text": "why?", "stream": True}, 422, "text", "must ask nothing"),
        ({"text": "why?"}, 422, "text", "must ask nothing"),
        ({"text": "a", "stream": 1}, 422, "stream", "Input should be a valid boolean"),
        ({"text": "a", "run": "imdb-bilstm_attention"}, 422, "run", "Input should be 'loud' or 'whole'"),
        ({"text": "a", "beam": 5}, 422, "beam", "Extra inputs are not permitted"),
        ({"text": []}, 422, "text", "List should have at least 1 item"),
        ({"text": 5}, 422, "text", "Input should be a valid array"),
        ({}, 422, "text", "Field required"),
        ({"txt": "a"}, 422, "txt", "Extra inputs are not permitted; did you mean text? there are: "),
        ({"x" * 9999: "a"}, 422, "x" * 9999, "Extra inputs are not permitted; there are: "),
        ({"text": "a" * 200_000}, 422, "text[0]", "String should have at most 20000 characters"),
        ({"text": "a" * 200_000, "stream": True}, 422, "text[0]", "at most 20000 characters"),
        ({"text": "a" * 2_000_000}, 413, "body", "at most 1048576 are taken"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_wrong_requests_are_refused_with_the_field(asking, body, status, field, error):
    answer = post(asking, body)
    assert answer.status_code == status
    assert answer.json()["field"] == field, answer.json()
    assert error in answer.json()["error"]


def test_no_more_are_streamed_at_once_than_may_be(asking):
    answer = post(asking, {"text": "a", "stream": True}, limits=Limits(generations=0))
    assert answer.status_code == 503
    assert answer.json()["error"] == "too many generations are waiting"


def test_a_slip_before_the_first_piece_is_an_error_of_the_service(asking):
    assert post(asking, {"text": "break", "stream": True}).status_code == 500


def test_the_route_is_documented_and_counted(asking):
    async def ask(client, service):
        await client.post("/shout", json={"text": "a"})
        return (await client.get("/openapi.json")).json(), (await client.get("/metrics")).text

    documented, metrics = asking(ask)
    shout = documented["paths"]["/shout"]["post"]
    assert set(shout["responses"]["200"]["content"]) == {"application/json", "text/plain"}
    schema = shout["requestBody"]["content"]["application/json"]["schema"]
    assert set(schema["properties"]) == {"text", "run", "stream"}
    assert 'rnnlab_requests_total{route="/shout",status="200"} 1.0' in metrics


@pytest.mark.parametrize("name", ["predict", "Über", "a/b"])
def test_a_name_that_cannot_be_a_route_is_refused(name):
    answerer = Loud()
    answerer.route = name
    with pytest.raises(ValueError, match=f"route={name} must be a word in small letters"):
        build_app(Service([run_of("loud", answerer)], Limits()))
