"""What the board answers, and to whom."""

import json
import re
import shutil
from urllib.parse import urlencode

import pytest

from rnnlab.serve.board.app import MOST_RUNS, REPORT, Board

from ...report.page.conftest import predictions
from .conftest import write_run

HERE = {"host": "127.0.0.1:8002"}


@pytest.fixture
def board(root):
    found = Board(root)
    found.index.pause = 0
    found.index.refresh()
    yield found
    found.reader.stop()


def asked(board, path, headers=HERE):
    found = board.answer(path, headers)
    return found.status, json.loads(found.body)


def test_the_page_has_the_first_rows_in_it(board):
    found = board.answer("/", HERE)
    assert (found.status, found.kind) == (200, "text/html")
    data = re.search(rb'id="data">(.*?)</script>', found.body, re.DOTALL)
    given = json.loads(data[1])
    assert given["live"]
    assert len(given["runs"]) == 6


def test_what_is_new(board, root):
    _, first = asked(board, "/api/runs?since=0&session=")
    write_run(root / "new")
    _, found = asked(board, f"/api/runs?since={first['version']}&session={first['session']}")
    assert [row["id"] for row in found["runs"] if row["id"] == "new"] == ["new"]


@pytest.mark.parametrize("since", ["-1", "x", "", "9" * 30])
def test_a_number_that_is_none_asks_for_everything(board, since):
    assert asked(board, f"/api/runs?since={since}&session={board.index.session}")[1]["whole"]


def test_curves(board):
    status, found = asked(board, "/api/curves?run=sweeps/search/0&run=tweets/lstm/run0001")
    assert status == 200
    assert set(found) == {"sweeps/search/0", "tweets/lstm/run0001"}
    steps, values = found["sweeps/search/0"]["train/loss"]
    assert (len(steps), steps[-1], values[0]) == (30, 30, 1.0)
    assert found["sweeps/search/0"]["val/accuracy"][0] == [10, 20, 30]


def test_intervals_are_those_of_the_report(board, root):
    folder = root / "tweets" / "lstm" / "run0001"
    config = folder / "config.yaml"
    target = "  _target_: rnnlab.kinds.classification.task.Classification\n"
    config.write_text(config.read_text().replace("task:\n", f"task:\n{target}"))
    result = json.loads((folder / "result.json").read_text())
    result["data"] = {"classes": ["negative", "neutral", "posit<b>ive"]}
    (folder / "result.json").write_text(json.dumps(result))
    predictions(folder / "predictions.parquet", 0.7)
    board.index.refresh()
    _, found = asked(board, "/api/scores?run=tweets/lstm/run0001&run=sweeps/search/0")
    low, high = found["tweets/lstm/run0001"]["test/accuracy"]
    assert 0.4 < low < 0.7 < high < 0.9
    assert found["sweeps/search/0"] == {}


def test_a_report_is_shown_in_a_sandbox(board, root):
    (root / "sweeps" / "search" / "0" / "report.html").write_text("<p>mine</p>")
    found = board.answer("/report?run=sweeps/search/0", HERE)
    assert (found.body, found.policy) == (b"<p>mine</p>", REPORT)
    assert REPORT.startswith("sandbox allow-scripts;")
    assert "allow-same-origin" not in REPORT


def test_a_run_without_a_report_gets_one_now(board):
    found = board.answer("/report?run=sweeps/search/0", HERE)
    assert found.status == 200
    assert b"tweets with gru" in found.body


def test_a_link_out_of_the_folder_is_no_report(board, root, tmp_path):
    (tmp_path / "secret.html").write_text("secret")
    (root / "sweeps" / "search" / "0" / "report.html").symlink_to(tmp_path / "secret.html")
    assert b"secret" not in board.answer("/report?run=sweeps/search/0", HERE).body


def test_the_full_comparison(board):
    found = board.answer("/compare?run=sweeps/search/0&run=tweets/lstm/run0001", HERE)
    assert found.status == 200
    assert b"2 runs compared" in found.body
    assert found.policy == REPORT


@pytest.mark.parametrize(
    "path",
    [
        "/report?run=../secret",
        "/report?run=/etc",
        "/report?run=sweeps/search/0/../1",
        "/report?run=",
        "/report?sweep=sweeps/search",
        "/report?sweep=../..",
        "/api/curves?run=nothing",
        "/favicon.ico",
        "/api",
        "//api/runs",
    ],
)
def test_what_is_not_there(board, path):
    status, found = asked(board, path)
    assert status == 404
    assert found["error"].startswith("there is no ")


def test_too_many_runs(board):
    many = urlencode([("run", str(place)) for place in range(MOST_RUNS + 1)])
    assert asked(board, f"/api/curves?{many}") == (400, {"error": "at most 60 runs at once, not 61"})
    assert asked(board, "/api/curves?" + "&run=a" * 1000)[0] == 400


@pytest.mark.parametrize("path", ["/", "/api/runs", "/report?run=sweeps/search/0"])
def test_another_name_of_this_machine_is_refused(board, path):
    status, found = asked(board, path, {"host": "evil.example:8002"})
    assert (status, found) == (421, {"error": "this board is not evil.example:8002"})
    assert asked(board, path, {})[0] == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_pages_of_other_sites_are_refused(board, headers):
    status, found = asked(board, "/api/runs", {**HERE, **headers})
    assert (status, found) == (403, {"error": "the board answers no page of another site"})


def test_its_own_page_is_answered(board):
    own = {**HERE, "origin": "http://127.0.0.1:8002", "sec-fetch-site": "same-origin"}
    assert asked(board, "/api/runs", own)[0] == 200


def test_a_run_that_cannot_be_drawn_is_one_answer(board, root, caplog, monkeypatch):
    monkeypatch.setattr("rnnlab.serve.board.app.report_of", lambda folder: 1 / 0)
    status, found = asked(board, "/report?run=sweeps/search/0")
    assert (status, found) == (500, {"error": "an error of the board, which its terminal shows"})
    assert "ZeroDivisionError" in caplog.text
    assert asked(board, "/api/runs")[0] == 200


def test_runs_that_go_while_they_are_looked_at(board, root):
    shutil.rmtree(root / "sweeps" / "search" / "0")
    assert asked(board, "/api/curves?run=sweeps/search/0") == (200, {"sweeps/search/0": {}})
    assert board.answer("/", HERE).status == 200
    assert asked(board, "/api/curves?run=sweeps/search/0")[0] == 404
