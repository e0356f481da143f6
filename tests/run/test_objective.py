"""A run with texts of both kinds, from the config to its result."""

import csv
import random

import pytest


@pytest.fixture
def files(tmp_path):
    draw, texts = random.Random(0), []
    for _ in range(120):
        texts.append(
            " ".join(draw.choice(["good", "bad", "fine", "awful", "plot"]) for _ in range(draw.randint(3, 9)))
        )
    for name, labelled in (("train", True), ("more", False)):
        with (tmp_path / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            rows = [(text, int("good" in text)) if labelled else (text,) for text in texts]
            csv.writer(file).writerows([("text", "label") if labelled else ("text",), *rows])
    return tmp_path


SMALL = [
    "trainer.max_epochs=1",
    "model.hidden_size=8",
    "model.embedding_size=8",
    "trainer.log_every_n_steps=1",
]


@pytest.mark.slow
def test_a_mixed_run_logs_its_terms_and_ends_with_a_result(launch, files):
    overrides = ["task=classification", "data=csv", f"data.files.train={files}/train.csv", "objective=mixed"]
    overrides += [
        f"+data.files.unlabelled={files}/more.csv",
        "tokenizer.min_count=1",
        "data.workers=1",
        *SMALL,
    ]
    code, folder, result = launch(*overrides)
    assert code == 0
    assert result["metrics"]["test/accuracy"] >= 0
    with folder.metrics.open(newline="") as file:
        row = next(csv.DictReader(file))
    terms = ["labels", "adversarial", "virtual_adversarial", "entropy"]
    assert float(row["train/loss"]) == pytest.approx(
        sum(float(row[f"train/loss_{t}"]) for t in terms), rel=1e-4
    )


@pytest.mark.slow
def test_the_end_of_texts_alone_can_be_trained(launch):
    code, _, result = launch(
        "task=imdb",
        "data=synthetic",
        "model=lstm",
        "task.network.bptt=3",
        "trainer.limit_train_batches=3",
        *SMALL,
    )
    assert code == 0
    assert result["metrics"]["test/accuracy"] >= 0
