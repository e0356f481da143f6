import json

from rnnlab.sweep.jobs import common_metric, differing, read_jobs


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


def test_the_common_metric_is_a_validation_metric_of_all_that_finished(tmp_path):
    job(tmp_path, 0, [], metrics={"val/loss": 0.6, "val/macro_recall": 0.6, "test/macro_recall": 0.9})
    job(tmp_path, 1, [], metrics={"val/macro_recall": 0.7, "test/macro_recall": 0.1})
    job(tmp_path, 2, [], metrics={}, status="failed")
    assert common_metric(read_jobs(tmp_path)) == "val/macro_recall"


def test_there_is_none_of_test_metrics_of_other_tasks_or_of_no_job(tmp_path):
    assert common_metric([]) is None
    job(tmp_path, 0, [], metrics={"test/accuracy": 0.6})
    assert common_metric(read_jobs(tmp_path)) is None
    job(tmp_path, 1, [], metrics={"val/loss": 0.6, "test/accuracy": 0.6})
    assert common_metric(read_jobs(tmp_path)) is None
