"""What finished runs tell of those to come."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import yaml

from rnnlab.run.config.moved_names import MOVED
from rnnlab.sweep.earlier import Earlier

TEXT = {
    "text": {"steps": {"quotes": True}},
    "tokenizer": {"_target_": "rnnlab.tokenizer.word.WordTokenizer", "vocab_size": 500},
    "data": {"name": "tweets", "source": "auto", "batch_size": 32},
}


def leave(folder: Path, age: int = 0, config: dict[str, Any] = TEXT, **result: Any) -> None:
    folder.mkdir(parents=True)
    plain = {"status": "finished", "task": "tweets", "seconds": 10.0, "model": {"name": "gru"}, **result}
    (folder / "result.json").write_text(json.dumps(plain), encoding="utf-8")
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    os.utime(folder / "result.json", (1e9 - age, 1e9 - age))


def test_times_are_medians_of_the_model_or_else_of_the_task(tmp_path: Path) -> None:
    for number, (seconds, name) in enumerate([(10, "gru"), (20, "gru"), (90, "gru"), (40, "lstm")]):
        leave(tmp_path / "tweets" / name / str(number), seconds=seconds, model={"name": name})
    leave(tmp_path / "sweeps" / "s" / "0", seconds=30, model={"name": "gru"})
    leave(tmp_path / "sweeps" / "s" / "1", status="failed", seconds=1)
    leave(tmp_path / "sweeps" / "s" / "2", task="imdb", seconds=1)
    earlier = Earlier(tmp_path, "tweets")
    assert earlier.seconds("gru") == 25
    assert earlier.seconds("lstm") == 40
    assert earlier.seconds("rnn") == earlier.seconds() == 30


def test_a_vocabulary_is_that_of_the_same_text_and_tokenizer(tmp_path: Path) -> None:
    other = {**TEXT, "tokenizer": {**TEXT["tokenizer"], "vocab_size": 9}}
    fewer = {**TEXT, "data": {**TEXT["data"], "batch_size": 64}}
    leave(tmp_path / "tweets/gru/new", 0, other, data={"name": "tweets", "vocabulary": 9})
    leave(tmp_path / "tweets/gru/old", 5, fewer, data={"name": "tweets", "vocabulary": 321})
    earlier = Earlier(tmp_path, "tweets")
    assert earlier.vocabulary(TEXT) == 321
    assert earlier.vocabulary(other) == 9
    assert earlier.vocabulary({**TEXT, "text": {}}) is None


def test_an_older_name_of_the_same_tokenizer_is_the_same(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setitem(MOVED, "rnnlab.words.", "rnnlab.tokenizer.word.")
    older = {**TEXT, "tokenizer": {**TEXT["tokenizer"], "_target_": "rnnlab.words.WordTokenizer"}}
    leave(tmp_path / "tweets/gru/old", 0, older, data={"name": "tweets", "vocabulary": 321})
    assert Earlier(tmp_path, "tweets").vocabulary(TEXT) == 321


def test_nothing_and_broken_files_tell_nothing(tmp_path: Path) -> None:
    leave(tmp_path / "tweets/gru/a", data={"name": "tweets", "vocabulary": 3})
    (tmp_path / "tweets/gru/a/config.yaml").write_text("a: [", encoding="utf-8")
    leave(tmp_path / "tweets/gru/b")
    (tmp_path / "tweets/gru/b/result.json").write_text("{", encoding="utf-8")
    earlier = Earlier(tmp_path, "tweets")
    assert earlier.vocabulary(TEXT) is None
    assert earlier.seconds() == 10
    assert Earlier(tmp_path, "imdb").seconds() is None
