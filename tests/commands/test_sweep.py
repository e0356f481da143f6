import csv
import io
import json

import pytest

from rnnlab.cli import main
from rnnlab.sweep.ledger.ledger import Ledger


@pytest.fixture
def at(small, monkeypatch):
    """The sweep, with the folder above its outputs as the current one."""
    monkeypatch.chdir(small.folder.path.parents[2])
    return small


def test_status_tells_how_far_a_sweep_is(at, capsys):
    assert main(["sweep", "status", "last"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "sweep:    outputs/sweeps/mine"
    assert lines[2] == "jobs:     4: 1 waiting, 2 finished, 1 failed"


def test_show_prints_the_table_writes_the_rest_and_names_it(at, capsys):
    assert main(["sweep", "show", "mine", "--top", "1"]) == 0
    text = capsys.readouterr().out
    assert "| 1     |  lstm |" in text
    assert "1 more: rnnlab sweep show mine --top 2" in text
    assert "written: jobs.csv, best.yaml, figures/" in text
    assert (at.folder.figures / "history.png").is_file()
    assert at.folder.best.is_file()


def test_show_gives_json_and_csv_to_programs_and_writes_nothing(at, capsys):
    assert main(["sweep", "show", "mine", "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    assert [setting["trial"] for setting in plain["settings"]] == [1, 0, 2]
    assert main(["sweep", "show", "mine", "--csv", "--top", "1"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["trial"], row["val/macro_recall"]) for row in rows] == [("1", "0.7")]
    assert not (at.folder.path / "jobs.csv").exists()
    assert not at.folder.figures.exists()


def test_cancel_stops_the_sweep(at, capsys):
    assert main(["sweep", "cancel", "mine"]) == 0
    assert "cancelled: no further job starts" in capsys.readouterr().out
    assert Ledger(at.folder).sync().cancelled


def test_sweeps_of_older_versions_are_shown(older, monkeypatch, capsys):
    folder = older([{"metrics": {"val/accuracy": 0.5 + 0.1 * number}} for number in range(2)])
    monkeypatch.chdir(folder.path.parents[2])
    assert main(["sweep", "show", "last"]) == 0
    text = capsys.readouterr().out
    assert "| 1     |   gru |       0.6000 |" in text
    assert "written: jobs.csv, figures/history.png, figures/parallel.png" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shwo", "mine"], "error: ACTION=shwo: must be one of status, show, cancel\ndid you mean show?"),
        (["show"], "error: missing: SWEEP"),
        (["show", "mines"], "error: SWEEP=mines: is no sweep's folder"),
        (["status", "mine", "--json"], "error: --json=True: belongs to rnnlab sweep show"),
        (["show", "mine", "--top", "0"], "error: --top=0: must be a whole number >= 1"),
        (["show", "mine", "--json", "--csv"], "error: --csv=True: cannot stand beside --json"),
    ],
)
def test_wrong_words_end_with_code_2(at, capsys, arguments, message):
    assert main(["sweep", *arguments]) == 2
    assert message in capsys.readouterr().err
