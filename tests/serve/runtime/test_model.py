"""Opening what is no exported model."""

import json

import pytest

from rnnlab.errors import UserError
from rnnlab.export.files import FORMAT
from rnnlab.serve.runtime import open_model


def test_a_folder_that_is_no_model(tmp_path):
    with pytest.raises(UserError, match=r"is no exported model: it has no model\.onnx, tokenizer\.json"):
        open_model(tmp_path)


def test_another_format(tmp_path):
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("")
    (tmp_path / "runtime.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(UserError, match="was written in format 99"):
        open_model(tmp_path)


@pytest.mark.parametrize("threads", [0, -1])
def test_threads(tmp_path, threads):
    for name in ("model.onnx", "tokenizer.json", "runtime.json"):
        (tmp_path / name).write_text("{}")
    with pytest.raises(UserError, match=r"threads=.*must be at least 1"):
        open_model(tmp_path, threads=threads)


@pytest.mark.parametrize(
    ("graphs", "message"),
    [
        (["encoder"], r"is no whole exported model: it has no encoder\.onnx"),
        (["../../model"], r"its graphs are \['\.\./\.\./model'\]"),
        ("encoder", "its graphs are encoder"),
        ([3], r"its graphs are \[3\]"),
    ],
)
def test_further_graphs_are_there_and_inside_the_folder(tmp_path, graphs, message):
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_text("")
    (tmp_path / "runtime.json").write_text(json.dumps({"format": FORMAT, "graphs": graphs, "kind": "x"}))
    with pytest.raises(UserError, match=message):
        open_model(tmp_path)
