import csv
import json

from rnnlab.sweep.jobs import best_jobs, differing, read_jobs, write_csv


def job(sweep, number, overrides, **fields):
    folder = sweep / str(number)
    folder.mkdir(parents=True)
    result = {"status": "finished", "task": "tweets", "seconds": 5.0, "overrides": overrides, "metrics": {}}
    (folder / "result.json").write_text(json.dumps(result | fields))


def test_jobs_come_in_the_order_of_their_numbers(tmp_path):
    for number in (10, 2, 0):
        job(tmp_path, number, [f"seed={number}"])
    (tmp_path / "notes").mkdir()
    assert [found.number for found in read_jobs(tmp_path)] == [0, 2, 10]


def test_a_job_without_a_result_is_missing_but_keeps_its_overrides(tmp_path):
    (tmp_path / "0").mkdir()
    (tmp_path / "0" / "overrides.yaml").write_text("- seed=7\n- model=gru\n")
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "result.json").write_text('{"status": "runn')
    first, second = read_jobs(tmp_path)
    assert (first.status, first.overrides) == ("missing", {"seed": "7", "model": "gru"})
    assert (second.status, second.overrides) == ("missing", {})


def test_only_overrides_that_differ_are_columns(tmp_path):
    job(tmp_path, 0, ["task=tweets", "seed=1", "model=gru"])
    job(tmp_path, 1, ["task=tweets", "seed=2", "model=gru"])
    assert differing(read_jobs(tmp_path)) == ["seed"]


def test_the_best_job_of_each_task_is_chosen_by_validation(tmp_path):
    job(tmp_path, 0, [], metrics={"val/macro_recall": 0.6, "test/macro_recall": 0.9})
    job(tmp_path, 1, [], metrics={"val/macro_recall": 0.7, "test/macro_recall": 0.1})
    job(tmp_path, 2, [], metrics={"val/macro_recall": 0.8}, status="failed")
    job(tmp_path, 3, [], metrics={"val/nats_windows": 1.6}, task="shakespeare")
    job(tmp_path, 4, [], metrics={"val/nats_windows": 1.5}, task="shakespeare")
    assert best_jobs(read_jobs(tmp_path)) == {1: "val/macro_recall", 4: "val/nats_windows"}


def test_no_best_among_one_job_or_by_test_metrics_or_by_a_nan(tmp_path):
    job(tmp_path, 0, [], metrics={"val/loss": 0.6}, task="single")
    for number in (1, 2):
        job(tmp_path, number, [], metrics={"test/accuracy": 0.6})
        job(tmp_path, number + 2, [], metrics={"val/loss": float("nan")}, task="diverged")
    assert best_jobs(read_jobs(tmp_path)) == {}


def test_the_csv_holds_every_override_metric_and_error(tmp_path):
    job(tmp_path, 0, ["seed=1"], metrics={"val/loss": 0.5, "test/recall_bad": 0.25})
    job(tmp_path, 1, ["seed=2", "model=gru"], status="failed", error="ValueError: a, b\nmore")
    write_csv(read_jobs(tmp_path), tmp_path / "jobs.csv")
    with (tmp_path / "jobs.csv").open(newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["seed"], first["model"], first["test/recall_bad"], first["error"]) == ("1", "", "0.25", "")
    assert (second["status"], second["model"], second["error"]) == ("failed", "gru", "ValueError: a, b")
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["jobs.csv"]
