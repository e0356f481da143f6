"""Tasks of the race: what peers may see of them, how they are scored, and peers in bare torch."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import results
import task_characters
import task_forecasting
import task_tagging
import task_translation
from lanes import OURS, Task, all_tasks, user_lines
from results import Race, Step, run_step
from scores import predictions

OWN = {"m4_hourly", "shakespeare", "wnut17", "multi30k"}
TEXT = "To be, or not to be, that is the question: whether 'tis nobler in the mind to suffer.\n" * 40


def given(monkeypatch: pytest.MonkeyPatch, module: Any, data: Any) -> None:
    """Let a task find these data in place of its own."""
    monkeypatch.setattr(module, "attribute", lambda name: lambda *choices: data)


def characters(monkeypatch: pytest.MonkeyPatch, text: str = TEXT) -> None:
    cut, decode = len(text) * 9 // 10, lambda ids: "".join(map(chr, ids))
    parts = {"train": text[:cut], "validation": text[cut:]}
    data = SimpleNamespace(
        tokenizer=SimpleNamespace(decode=decode),
        encoded=lambda split: SimpleNamespace(ids=[ord(one) for one in parts[split]]),
    )
    given(monkeypatch, task_characters, data)
    monkeypatch.setattr(task_characters, "VALIDATION", 300)
    monkeypatch.setattr(task_characters, "QUICK", {"validation": 100, "test": 200})


def test_every_task_names_its_peers_with_pinned_packages_and_lines_of_the_user():
    tasks = all_tasks()
    assert set(tasks) >= OWN
    for task in (tasks[name] for name in OWN):
        assert task.peers[0].name == OURS
        assert len({peer.name for peer in task.peers}) == len(task.peers)
        for peer in task.peers:
            assert user_lines(peer.program, task.name) > 3
            assert bool(peer.requirements) == (peer.name != OURS)
            unpinned = [line for line in peer.requirements if not re.fullmatch(r"[\w\[\]-]+==[\d.]+", line)]
            assert unpinned == []


def test_forecasters_do_not_see_the_hours_that_they_forecast(tmp_path, monkeypatch):
    series = [np.arange(200.0), 1000 + np.arange(300.0)]
    table = SimpleNamespace(values=np.concatenate(series)[:, None], starts=np.array([0, 200, 500]))
    given(monkeypatch, task_forecasting, SimpleNamespace(table=table))
    files, facts = task_forecasting.prepare(tmp_path, quick=False)
    lines = {split: path.read_text().splitlines()[1:] for split, path in files.items()}
    assert lines["train"][-1] == "H001,204,1203.0"
    assert (lines["validation"][0], lines["validation"][-1]) == ("H000,105,104.0", "H001,252,1251.0")
    assert (lines["test"][0], lines["test"][-1]) == ("H000,153,", "H001,300,")
    assert facts == {"horizon": 48, "season": 24}
    (label, scale), _ = task_forecasting.truth(tmp_path, "test")
    assert label.tolist() == list(range(152, 200))
    assert scale == 24  # a day later it has grown by 24
    (label, _), _ = task_forecasting.truth(tmp_path, "validation")
    assert label.tolist() == list(range(104, 152))


def test_mase_is_the_error_over_that_of_yesterday():
    truth = [(np.full(48, 10.0), 2.0), (np.full(48, 10.0), 5.0)]
    found = task_forecasting.score(np.stack([np.full(48, 12.0), np.full(48, 5.0)]), truth)
    assert found["mase"] == pytest.approx(1.0)
    assert found["smape"] == pytest.approx((200 * 2 / 22 + 200 * 5 / 15) / 2)
    assert task_forecasting.score(np.full((1, 48), 10.0), truth)["mase"] == 0
    for wrong in (np.full((2, 47), 10.0), np.full((2, 48), np.nan)):
        with pytest.raises(ValueError, match="must be"):
            task_forecasting.score(wrong, truth)


def test_characters_are_scored_by_their_true_ones_under_real_distributions(tmp_path, monkeypatch):
    characters(monkeypatch)
    files, facts = task_characters.prepare(tmp_path, quick=True)
    text, truth = files["test"].read_text(), task_characters.truth(tmp_path, "test")
    assert "".join(facts["alphabet"][number] for number in truth) == text[1:]
    assert len(truth) == 200
    assert files["train"].read_text() + TEXT[len(files["train"].read_text()) :] == TEXT
    size = len(facts["alphabet"])
    uniform = np.full((200, size), -np.log(size))
    assert task_characters.score(uniform, truth)["nats"] == pytest.approx(np.log(size))
    with pytest.raises(ValueError, match="sum to"):
        task_characters.score(uniform + 0.01, truth)


def test_taggers_get_the_words_of_the_test_alone(tmp_path, monkeypatch):
    names = ["O", "B-person", "E-person", "S-location"]
    data = SimpleNamespace(
        tag_names=names,
        scheme="BIOES",
        inputs=lambda split: [["Ada", "Lovelace", "wrote"], ["Rome"]],
        targets=lambda split: [np.array([1, 2, 0]), np.array([3])],
    )
    given(monkeypatch, task_tagging, data)
    files, _ = task_tagging.prepare(tmp_path, quick=False)
    assert files["train"].read_text() == "Ada\tB-person\nLovelace\tI-person\nwrote\tO\n\nRome\tB-location\n\n"
    assert files["test"].read_text() == "Ada\nLovelace\nwrote\n\nRome\n\n"
    truth = task_tagging.truth(tmp_path, "test")
    assert task_tagging.score(truth, truth) == {"f1": 1.0, "precision": 1.0, "recall": 1.0}
    half = [["B-person", "O", "O"], ["O"]]  # an entity counts as a whole
    assert task_tagging.score(half, truth)["f1"] == 0


def test_translators_get_no_translation_of_the_test(tmp_path, monkeypatch):
    rows = {"train": ["a dog"], "validation": ["a cat"], "test": ["a man on a bike"]}
    data = SimpleNamespace(inputs=rows.__getitem__, targets=lambda split: ["ein " + rows[split][0]])
    given(monkeypatch, task_translation, data)
    files, facts = task_translation.prepare(tmp_path, quick=False)
    assert (facts["source"], facts["target"]) == ("en", "de")
    assert sorted(path.name for path in tmp_path.glob("t*.??")) == ["test.en", "train.de", "train.en"]
    assert Path(f"{files['test']}.en").read_text() == "a man on a bike\n"
    truth = task_translation.truth(tmp_path, "test")
    assert task_translation.score(["ein a man on a bike"], truth)["bleu"] == pytest.approx(100)
    assert task_translation.score(["etwas anderes ganz und gar"], truth)["bleu"] < 5


@pytest.mark.long
@pytest.mark.parametrize("name", ["char-rnn", "nanogpt"])
def test_networks_in_bare_torch_learn_the_text(tmp_path, monkeypatch, name):
    """They need only torch and numpy, which the tests have."""
    characters(monkeypatch)
    monkeypatch.setattr(results.environment, "python_of", lambda requirements: Path(sys.executable))
    monkeypatch.setattr(results, "versions", lambda peer: {})
    task: Task = all_tasks()["shakespeare"]
    (peer,) = (one for one in task.peers if one.name == name)
    race = Race(tmp_path, True, 1, minutes=1)
    train, use = (run_step(race, Step(action, task, peer, 1)) for action in ("train", "use"))
    assert train["status"] == use["status"] == "ok", (train.get("error"), use.get("error"))
    last = train["evaluations"][-1]
    assert last["test"]["nats"] < np.log(len(set(TEXT))) - 0.3  # of a uniform guess
    assert (
        predictions(tmp_path / f"lanes/shakespeare/{name}/round_1/60", "test", last["marks"][0]).shape[0]
        == 200
    )
    assert len(use["single"]) > 5
