"""Runs that learn from teachers, from the config to the result."""

import csv
import random

import pytest

from rnnlab.kinds.classification.ngrams.naive_bayes import NaiveBayesNgrams
from rnnlab.kinds.classification.ngrams.stored import load_ngrams

SMALL = [
    "model.hidden_size=8",
    "model.embedding_size=8",
    "tokenizer.min_count=1",
    "data.workers=1",
    "trainer.max_epochs=1",
    "trainer.log_every_n_steps=1",
    "trainer.enable_progress_bar=false",
]


@pytest.fixture
def choices(tmp_path):
    """Texts whose label is whether they say `good`, with and without it, and the overrides that name them."""
    drawn, words = random.Random(0), ["good", "bad", "fine", "awful", "plot"]
    texts = [" ".join(drawn.choices(words, k=drawn.randint(3, 9))) for _ in range(120)]
    for name, labelled in (("train", True), ("more", False)):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = [(text, int("good" in text)) if labelled else (text,) for text in texts]
            csv.writer(file).writerows([("text", "label") if labelled else ("text",), *rows])
    files = [f"data.files.train={tmp_path}/train.csv", f"+data.files.unlabelled={tmp_path}/more.csv"]
    return ["task=classification", "data=csv", *files, *SMALL]


@pytest.mark.slow
def test_ngrams_teach_and_a_finished_run_beside_them(launch, choices, tmp_path):
    more = ["ngrams=naive_bayes", "ngrams.characters=3"]
    code, folder, result = launch(*choices, "objective=taught", *more, folder=tmp_path / "first")
    assert code == 0
    assert result["teachers"]["names"] == ["ngrams"]
    assert result["teachers"]["val/accuracy"] > 0.8
    with folder.metrics.open(newline="") as file:
        row = next(csv.DictReader(file))
    assert float(row["train/loss"]) == pytest.approx(
        float(row["train/loss_labels"]) + float(row["train/loss_teacher"]), rel=1e-4
    )
    both = f"objective.teachers=[ngrams, {folder.path}]"
    code, _, second = launch(*choices, "objective=taught", both)
    assert code == 0
    assert len(second["teachers"]["weights"]) == 2
    assert second["teachers"]["val/accuracy"] >= result["teachers"]["val/accuracy"] - 0.1


@pytest.mark.parametrize(("characters", "fits"), [(0, 1), (2, 2)])
def test_ngrams_that_teach_and_blend_alike_are_fitted_once(launch, choices, monkeypatch, characters, fits):
    fit, calls = NaiveBayesNgrams.fit, []
    monkeypatch.setattr(NaiveBayesNgrams, "fit", lambda *a: (calls.append(a[0].characters), fit(*a))[1])
    code, folder, _ = launch(
        *choices,
        "objective=taught",
        "ngrams=naive_bayes",
        f"ngrams.characters={characters}",
        "baselines=false",
    )
    assert code == 0
    assert calls == [0, characters][:fits]
    assert load_ngrams(folder.ngrams).characters == characters


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ("data.split_seed=1", "data.split_seed=0: other rows are held out"),
        ("data.split_block=3", "data.split_block=1: other rows are held out"),
        ("tokenizer.vocab_size=6", "tokenizer.vocab_size"),
        ("tokenizer.lowercase=false", "tokenizer.lowercase"),
    ],
)
def test_a_teacher_of_other_rows_or_words_is_refused(launch, choices, tmp_path, caplog, changed, words):
    _, folder, _ = launch(*choices, folder=tmp_path / "first")
    code, _, _ = launch(*choices, "objective=taught", f"objective.teachers=[{folder.path}]", changed)
    assert code == 2
    assert words in caplog.text


@pytest.mark.slow
def test_ngrams_train_themselves_and_teach_the_next_run_beside_their_network(launch, choices, tmp_path):
    more = ["ngrams=naive_bayes", "ngrams.self_training=true", "ngrams.min_count=1"]
    code, folder, result = launch(*choices, *more, folder=tmp_path / "first")
    assert code == 0
    facts = result["ngrams"]
    losses = {name: facts[f"val/loss_ensemble_{name}"] for name in ("first", "self_trained")}
    assert facts["val/loss_ensemble"] == min(losses.values())
    assert facts["self_trained"] == (losses["self_trained"] < losses["first"])
    code, _, plain = launch(*choices, "ngrams=naive_bayes", "ngrams.min_count=1", folder=tmp_path / "plain")
    assert code == 0
    assert facts["val/loss_ngrams_first"] == pytest.approx(plain["ngrams"]["val/loss_ngrams"])
    assert facts["val/loss_ngrams_self_trained"] != facts["val/loss_ngrams_first"]
    code, _, second = launch(*choices, "objective=taught", f"objective.teachers=[{folder.path}]")
    assert code == 0
    assert len(second["teachers"]["weights"]) == 2
    assert second["teachers"]["val/accuracy"] == pytest.approx(facts["val/accuracy_ensemble"], abs=0.1)
