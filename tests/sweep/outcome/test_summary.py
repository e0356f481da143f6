import json

from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.outcome.summary import INTERVAL, summary

GRU = {"model": "gru", "optimizer.lr": 0.01}


def test_the_table_is_best_first_with_what_differs(small):
    head, table, failed = summary(read_record(small.folder)).split("\n\n")
    assert head == "4 jobs: 1 waiting, 2 finished, 1 failed"
    titles, _, *rows, note = table.splitlines()
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in (titles, *rows)]
    assert cells == [
        [
            "trial",
            "model",
            "optimizer.lr",
            "model.num_layers",
            "val/macro_recall",
            "test/macro_recall",
            "time",
        ],
        ["1", "lstm", "0.001", "2", "0.7000", "0.6900", "1 min 00 s"],
        ["0", "gru", "0.01", "", "0.6000", "0.5900", "1 min 00 s"],
    ]
    assert note == "best first, by val/macro_recall (higher is better)"
    assert failed == f"job 2 failed: RuntimeError: diverged\n  {small.folder.log(2)}"


def test_seeds_are_counted_and_their_interval_is_explained(sweep):
    made = sweep(seeds=2)
    made.try_out(GRU, 0.5, 0.6)
    made.try_out({"model": "lstm", "optimizer.lr": 0.1}, 0.4, "RuntimeError: diverged")
    text = summary(read_record(made.folder))
    assert text.startswith("8 jobs of 2 settings: 4 waiting, 3 finished, 1 failed")
    assert "0.5500 ± 0.6353" in text
    assert [line.split("|")[-3].strip() for line in text.splitlines()[4:6]] == ["2", "1 of 2"]
    assert INTERVAL in text


def test_only_the_first_settings_are_shown_and_the_rest_is_told_of(small):
    text = summary(read_record(small.folder), top=1)
    assert "| 0     |" not in text
    assert "1 more: rnnlab sweep show mine --top 2" in text


def test_the_pareto_front_is_marked(sweep):
    made = sweep(metrics=("val/macro_recall", "parameters"), directions=("maximize", "minimize"))
    made.try_out(GRU, (0.6, 2000.0))
    made.try_out(GRU, (0.5, 3000.0))
    text = summary(read_record(made.folder))
    assert "| 0*    |" in text
    assert "| 1     |" in text
    assert "2,000" in text
    assert "the Pareto front" in text


def test_a_stop_and_trials_without_a_job_are_told(small):
    number = small.ledger.open_trial("worker", 4)
    small.ledger.fill_trial("worker", number, [], error="200 settings in a row break sweep.constraints")
    small.ledger.stop("sweep.timeout=60s is over", cancel=False)
    lines = summary(read_record(small.folder)).splitlines()
    assert lines[1:3] == [
        "stopped: sweep.timeout=60s is over",
        "1 trial without a job: 200 settings in a row break sweep.constraints",
    ]


def test_jobs_without_official_splits_are_named(small):
    path = small.folder.job(1) / "result.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"data": {"official": False}}))
    assert "job 1: NOT THE OFFICIAL SPLITS, see result.json" in summary(read_record(small.folder))


def test_many_failures_are_counted(sweep):
    made = sweep(trials=9)
    for _ in range(9):
        made.try_out(GRU, "ValueError: no")
    assert summary(read_record(made.folder)).endswith("4 more failures: jobs.csv has them all")


def test_jobs_without_a_common_metric_have_no_order(older):
    text = summary(read_record(older([{"metrics": {"val/loss": 0.1}}, {"metrics": {"val/nats": 0.2}}])))
    assert text.endswith("no validation metric in common; jobs.csv has what they measured")


def test_what_was_done_about_a_lack_of_memory_is_said(sweep):
    made = sweep()
    number = made.ledger.open_trial("worker", 4)
    row = made.ledger.fill_trial("worker", number, [{"overrides": ["model=gru"], "values": {"model": "gru"}}])
    note = "memory: tried again with data.batch_size=16"
    made.ledger.end("worker", row, "waiting", more=("data.batch_size=16",), note=note, failed=True)
    made.ledger.end("worker", made.ledger.claim("worker"), "finished", objective=(0.5,))
    assert f"job 0: {note}" in summary(read_record(made.folder)).splitlines()
