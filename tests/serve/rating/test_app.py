"""What the page asks: blind, kept, and never broken by what comes."""

from __future__ import annotations

import random

import pytest
from fastapi.testclient import TestClient

from rnnlab.serve.rating.answers import Results, create
from rnnlab.serve.rating.app import build_app
from rnnlab.serve.rating.plan import REAL
from rnnlab.serve.rating.results import summary


@pytest.fixture
def path(plan, tmp_path):
    create(tmp_path / "ratings.jsonl", plan)
    return tmp_path / "ratings.jsonl"


@pytest.fixture
def client(path) -> TestClient:
    return TestClient(build_app(Results(path)), base_url="http://localhost")


def best(shown: dict[str, str]) -> str:
    """A judge for whom real text beats model a, and that model b."""
    rank = {"omega": 2, "alpha": 1, "beta": 0}
    left, right = (rank[shown[side].split()[0]] for side in ("left", "right"))
    return "left" if left > right else "right"


def answer_all(client: TestClient, rater: str) -> None:
    state = client.get("/api/session", params={"rater": rater}).json()
    while state["comparison"]:
        side = best(state["comparison"])
        body = {"rater": rater, "comparison": state["comparison"]["id"], "better": side, "real": side}
        assert client.post("/api/answers", json=body).json()["counted"]
        again = client.post("/api/answers", json=body).json()
        assert not again["counted"]
        state = again


def test_two_raters_to_the_end_and_the_right_win_rates(client, path, plan):
    for rater in ("Ada", "Bo"):
        answer_all(client, rater)
    found = summary(path)
    assert [row.name for row in found.rows] == [REAL, "a", "b"]
    assert [row.win_rate for row in found.rows] == [1, 0.5, 0]
    assert found.agreement == 1
    assert found.raters == {"Ada": 12, "Bo": 12}
    assert len(path.read_text().splitlines()) == 25
    told = client.get("/api/results").json()
    assert [row["name"] for row in told["questions"][0]["rows"]] == [REAL, "a", "b"]


def test_raters_have_their_own_orders_and_a_session_goes_on(client, path):
    first, other = (client.get("/api/session", params={"rater": name}).json() for name in ("Ada", "Bo"))
    assert (first["done"], first["count"]) == (0, 12)
    assert first["comparison"] != other["comparison"]
    body = {"rater": "Ada", "comparison": first["comparison"]["id"], "better": "neither", "real": "left"}
    client.post("/api/answers", json=body)
    again = TestClient(build_app(Results(path)), base_url="http://localhost")  # after a crash
    state = again.get("/api/session", params={"rater": "Ada"}).json()
    assert state["done"] == 1
    assert state["comparison"]["id"] != first["comparison"]["id"]


def test_nothing_names_a_source_before_the_answer(client, plan):
    state = client.get("/api/session", params={"rater": "Ada"}).text
    pages = [client.get(address).text for address in ("/", "/page/rate.js", "/page/rate.css")]
    for page in (state, *pages):
        assert REAL not in page
        assert all(model.digest not in page for model in plan.models)
    assert set(client.get("/api/session", params={"rater": "Ada"}).json()["comparison"]) == {
        "id",
        "left",
        "right",
    }


WRONG = [
    ({"rater": "", "comparison": "x", "better": "left", "real": "left"}, "rater"),
    ({"rater": "n" * 41, "comparison": "x", "better": "left", "real": "left"}, "rater"),
    ({"rater": "Ada", "comparison": "x", "better": "left", "real": "left"}, "comparison"),
    ({"rater": "Ada", "comparison": "x", "better": "up", "real": "left"}, "better"),
    ({"rater": "Ada", "comparison": "x", "better": "left"}, "real"),
    ({"rater": 1, "comparison": "x", "better": "left", "real": "left"}, "rater"),
]


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_a_wrong_field_is_named(client, body, field):
    response = client.post("/api/answers", json=body)
    assert 400 <= response.status_code < 500
    assert field in response.json()["field"]


def test_noise_is_refused_and_never_an_error_of_the_server(client, path):
    draw = random.Random(0)
    for size in (0, 1, 50, 20_000):
        response = client.post(
            "/api/answers", content=draw.randbytes(size), headers={"content-type": "application/json"}
        )
        assert 400 <= response.status_code < 500
    assert client.get("/nowhere").status_code == 404
    assert client.get("/api/answers").status_code == 405
    assert len(path.read_text().splitlines()) == 1
