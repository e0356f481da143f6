"""A run that reads no texts behind the service: rows as JSON, and whatever its kind answers."""

from types import SimpleNamespace

import pytest

from rnnlab.errors import SettingError
from rnnlab.kinds.use import JSON, Answerer
from rnnlab.serve.service.app import build_app
from rnnlab.serve.service.engine import Engine
from rnnlab.serve.service.limits import Limits
from rnnlab.serve.service.loaded import Loaded
from rnnlab.serve.service.schemas import Requests
from rnnlab.serve.service.service import Service


class Means(Answerer):
    """The mean of a list of numbers."""

    reads, columns, example, fields = JSON, ("mean",), [1.0, 2.0], {"mean": float}

    def encode(self, rows):
        if not all(isinstance(row, list) and row for row in rows):
            raise SettingError("values", rows, "must be lists of numbers")
        return [[float(value) for value in row] for row in rows]

    def compute(self, encoded):
        return [sum(row) / len(row) for row in encoded]

    def answers(self, rows, encoded, outputs):
        return [{"mean": output} for output in outputs]


def series():
    kind = SimpleNamespace(commands=frozenset({"predict", "serve"}))
    run = SimpleNamespace(
        task="hz", model="gru", kind="means", problem=kind, classes=(), result={}, metrics={"test/mae": 0.5}
    )
    return Loaded("hz-gru", run, Engine("torch", answerer=Means()))


@pytest.fixture
def loaded(loaded):
    return [series(), *loaded]


def test_rows_are_json_and_texts_go_to_the_others(asking):
    async def ask(client, service):
        bodies = (
            {"values": [[1, 2], [4]]},
            {"values": [[1, 2], [4]], "run": "hz-gru"},
            {"text": "good", "run": "imdb-bilstm_attention"},
        )
        answers = [(await client.post("/predict", json=body)).json() for body in bodies]
        return answers, (await client.get("/runs")).json()["runs"]

    (first, named, classified), runs = asking(ask)
    assert first == named == {"run": "hz-gru", "predictions": [{"mean": 1.5}, {"mean": 4.0}]}
    assert set(classified["predictions"][0]) == {"label", "probability", "probabilities", "note"}
    assert [(run["reads"], run["example"]) for run in runs] == [
        ("json", [1.0, 2.0]),
        ("text", ""),
        (None, None),
    ]
    assert runs[0]["methods"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "good", "run": "hz-gru"}, "values"),
        ({"values": [[1]], "run": "imdb-bilstm_attention"}, "text"),
        ({"values": [[]], "run": "hz-gru"}, "values"),
        ({"values": [], "run": "hz-gru"}, "values"),
        ({"run": "hz-gru"}, "values"),
    ],
)
def test_what_a_run_does_not_read_is_refused_by_its_name(asking, body, field):
    async def ask(client, service):
        return await client.post("/predict", json=body)

    refused = asking(ask)
    assert refused.status_code == 422
    assert refused.json()["field"] == field


def test_the_description_has_the_answers_of_each_kind(loaded):
    schemas = build_app(Service(loaded, Limits()))._app.openapi()["components"]["schemas"]
    answers = [name for name in schemas if name.startswith("Predicted")]
    assert {frozenset(schemas[name]["properties"]) for name in answers} == {
        frozenset({"mean"}),
        frozenset({"label", "probability", "probabilities", "note"}),
    }


def test_runs_that_read_no_text_are_asked_for_values_alone():
    schema = Requests(Limits(), {"hz": JSON}, [], {}).predict.model_json_schema()
    assert schema["required"] == ["values"]
    assert "text" not in schema["properties"]
