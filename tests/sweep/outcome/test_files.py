import csv
import io
import json

import pytest

from rnnlab.sweep.outcome.files import settings_csv, settings_json, write_jobs_csv, write_seeds_csv
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.outcome.settings import settings_of


def read(path):
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_jobs_csv_has_the_ledger_the_choices_and_every_metric(small, tmp_path):
    write_jobs_csv(read_record(small.folder), tmp_path / "jobs.csv")
    first, second, third = read(tmp_path / "jobs.csv")
    assert (first["job"], first["trial"], first["state"], first["attempts"]) == ("0", "0", "finished", "1")
    assert (first["objective"], first["test/macro_recall"], first["seconds"]) == ("0.6", "0.59", "60.0")
    assert (first["model.num_layers"], second["model.num_layers"], second["folder"]) == ("", "2", "1")
    assert (third["state"], third["error"], third["objective"]) == ("failed", "RuntimeError: diverged", "")
    assert [path.name for path in tmp_path.glob("*.csv*")] == ["jobs.csv"]


def test_seeds_csv_has_means_deviations_and_intervals(sweep, tmp_path):
    made = sweep(seeds=2)
    made.try_out({"model": "gru", "optimizer.lr": 0.1}, 0.5, 0.6)
    made.try_out({"model": "lstm", "optimizer.lr": 0.1}, 0.7, "RuntimeError: diverged")
    write_seeds_csv(read_record(made.folder), tmp_path / "seeds.csv")
    gru, lstm = read(tmp_path / "seeds.csv")
    assert (gru["model"], gru["seeds"], lstm["seeds"]) == ("gru", "2", "1")
    assert float(gru["val/macro_recall"]) == pytest.approx(0.55)
    assert float(gru["val/macro_recall sd"]) == pytest.approx(0.1 / 2**0.5)
    assert float(gru["val/macro_recall ci95"]) == pytest.approx(12.7062 * 0.05, rel=1e-4)
    assert lstm["val/macro_recall sd"] == ""


def test_json_and_csv_hold_the_settings(small):
    record = read_record(small.folder)
    plain = json.loads(json.dumps(settings_json(record, settings_of(record))))
    assert plain["jobs"] == {"waiting": 1, "finished": 2, "failed": 1}
    assert [setting["state"] for setting in plain["settings"]] == ["finished", "finished", "failed"]
    assert plain["settings"][1]["metrics"]["val/macro_recall"]["mean"] == 0.7
    assert plain["settings"][2]["metrics"] == {}
    file = io.StringIO()
    settings_csv(record, settings_of(record), file)
    rows = list(csv.DictReader(io.StringIO(file.getvalue())))
    assert [row["val/macro_recall"] for row in rows] == ["0.6", "0.7", ""]
