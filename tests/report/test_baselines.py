import pytest

from rnnlab.report.baselines import baseline_figures, left_out, of_whole_split, said, verdicts
from rnnlab.report.tables import run_table


def result(metric, own, other):
    lower = metric in ("val/loss", "test/nats_windows")
    entry = {"metrics": {metric: other}, "judged_by": metric, "lower_is_better": lower}
    return {"metrics": {metric: own, "temperature": 1.2}, "baselines": {"linear n-grams": entry}}


@pytest.mark.parametrize(
    ("metric", "own", "other", "line"),
    [
        ("test/accuracy", 0.81, 0.84, "worse than linear n-grams: accuracy 0.8100 against 0.8400"),
        ("test/accuracy", 0.85, 0.84, None),
        ("test/accuracy", 0.84, 0.84, "no better than linear n-grams: accuracy 0.8400 against 0.8400"),
        (
            "test/accuracy",
            0.319999993,
            0.32,
            "no better than linear n-grams: accuracy 0.3200 against 0.3200",
        ),
        ("test/accuracy", 0.84001, 0.84002, "worse than linear n-grams: accuracy 0.840010 against 0.840020"),
        ("val/loss", 0.5, 0.4, "worse than linear n-grams: loss 0.5000 against 0.4000"),
        ("val/loss", 0.3, 0.4, None),
        (
            "test/nats_windows",
            2,
            1,
            "worse than linear n-grams: nats a token (windows) 2.0000 against 1.0000",
        ),
    ],
)
def test_what_is_worse_says_so_in_one_line(metric, own, other, line):
    assert verdicts(result(metric, own, other)) == ([] if line is None else [line])
    table = run_table(result(metric, own, other))
    assert ("better than" in table or "worse than" in table) == (line is not None)
    assert line is None or f"\n\n{line}\n" in f"{table}\n"


def test_each_baseline_has_a_column_of_the_table():
    lines = run_table(result("test/accuracy", 0.81, 0.84)).splitlines()
    assert "| metric        |  value | linear n-grams |" in lines
    assert "| test/accuracy | 0.8100 |         0.8400 |" in lines
    assert "| temperature   | 1.2000 |                |" in lines


def test_a_run_without_baselines_has_none():
    assert "| metric        |  value |" in run_table({"metrics": {"test/accuracy": 0.8}})
    assert verdicts({"metrics": {"test/accuracy": 0.8}}) == left_out({}) == []


def test_a_baseline_that_is_left_out_has_a_note():
    found = {"baselines": {"linear n-grams": {"left_out": "1 of 3 classes have no train row"}}}
    assert left_out(found) == ["linear n-grams left out: 1 of 3 classes have no train row"]
    assert "note:   linear n-grams left out: 1 of 3 classes" in run_table(found)
    assert baseline_figures(found) == {}


@pytest.mark.parametrize(
    "baselines",
    [
        None,
        [],
        {"a": None},
        {"a": {"metrics": 1}},
        {"a": {"metrics": {"test/accuracy": "x"}, "judged_by": 3}},
    ],
)
def test_a_file_that_somebody_has_changed_shows_nothing(baselines):
    broken = {"metrics": {"test/accuracy": 0.8}, "baselines": baselines}
    assert verdicts(broken) == left_out(broken) == []
    assert "0.8000" in run_table(broken)


def test_names_as_a_person_reads_them():
    assert said("test/macro_recall") == "macro recall"
    assert said("val/perplexity_stream") == "perplexity (stream)"
    assert said("test/bits_windows") == "bits a token (windows)"


def test_only_a_split_that_was_tested_whole_has_figures_to_compare():
    whole = result("test/accuracy", 0.81, 0.84)
    assert of_whole_split(whole, "test") == {"linear n-grams": {"accuracy": 0.84}}
    assert of_whole_split(whole, "validation") == {}
    limited = {**whole, "limited": {"test": {"read": 10, "of": 20, "unit": "rows"}}}
    assert of_whole_split(limited, "test") == {}
