import csv
from pathlib import Path

import pytest

from rnnlab.sweep.jobs import Job
from rnnlab.sweep.seeds import over_seeds, seeds_table, write_seeds_csv


def job(number, value, status="finished", **overrides):
    metrics = {} if value is None else {"val/accuracy": value}
    return Job(number, Path(str(number)), status, "tweets", overrides, 10.0 * (number + 1), metrics)


SWEEP = [
    job(0, 0.5, tokenizer="word", seed="1"),
    job(1, 0.7, tokenizer="word", seed="2"),
    job(2, 0.4, tokenizer="bpe", seed="1"),
    job(3, None, "failed", tokenizer="bpe", seed="2"),
]


def test_jobs_are_gathered_by_all_that_differs_but_the_seed():
    word, bpe = over_seeds(SWEEP)
    assert (word.choices, word.jobs, word.seconds) == ({"tokenizer": "word"}, 2, 15.0)
    assert word.metrics["val/accuracy"].mean == pytest.approx(0.6)
    assert word.metrics["val/accuracy"].deviation == pytest.approx(
        0.02**0.5
    )  # of two values 0.2 apart, n - 1
    assert (bpe.choices, bpe.jobs, bpe.metrics["val/accuracy"].deviation) == ({"tokenizer": "bpe"}, 1, None)


def test_a_sweep_over_no_seeds_has_no_groups():
    assert over_seeds([job(0, 0.5, model="gru"), job(1, 0.6, model="lstm")]) == []


def test_the_table_has_a_row_a_group_and_blanks_for_what_a_group_lacks():
    lines = seeds_table(over_seeds(SWEEP), ["val/accuracy", "test/accuracy"]).splitlines()
    assert lines[0].split("|")[1:-1] == [
        " tokenizer ",
        " seeds ",
        "   time ",
        "    val/accuracy ",
        " test/accuracy ",
    ]
    assert "0.6000 ± 0.1414" in lines[2]
    assert lines[3].split("|")[4:-1] == ["          0.4000 ", "               "]


def test_the_csv_has_means_and_deviations(tmp_path):
    write_seeds_csv(over_seeds(SWEEP), tmp_path / "seeds.csv")
    with (tmp_path / "seeds.csv").open(newline="") as file:
        word, bpe = csv.DictReader(file)
    assert float(word["val/accuracy"]) == pytest.approx(0.6)
    assert (word["seeds"], bpe["seeds"], bpe["val/accuracy sd"]) == ("2", "1", "")
    assert [path.name for path in tmp_path.iterdir()] == ["seeds.csv"]
