"""The board as a file."""

import json
import re

from rnnlab.serve.board.saved import MOST_POINTS, save_board

from .conftest import metrics_of, write_run


def data_of(path):
    return json.loads(re.search(r'id="data">(.*?)</script>', path.read_text("utf-8"), re.DOTALL)[1])


def test_everything_stands_in_it(root, tmp_path):
    path = tmp_path / "pages" / "board.html"
    assert save_board(root, path) == 6
    found = data_of(path)
    assert (found["live"], found["folder"], found["unread"]) == (False, "../outputs", 0)
    assert found["curves"]["sweeps/search/0"]["val/loss"][0] == [10, 20, 30]
    assert found["base"]["model.dropout"] == "0.1"


def test_long_curves_keep_their_last_point(tmp_path):
    folder = write_run(tmp_path / "outputs" / "a")
    (folder / "metrics.csv").write_text(metrics_of(0.9, 1000))
    save_board(tmp_path / "outputs", tmp_path / "board.html")
    steps, values = data_of(tmp_path / "board.html")["curves"]["a"]["val/accuracy"]
    assert len(steps) == len(values) <= MOST_POINTS + 1
    assert steps[-1] == 1000
