import csv
import errno

from rnnlab.sweep.end import end_of_sweep
from rnnlab.sweep.folder import SweepFolder
from rnnlab.sweep.ledger.ledger import Ledger

GRU = {"model": "gru", "optimizer.lr": 0.01}


def test_the_end_leaves_tables_figures_and_the_best_and_says_where(small):
    small.try_out(GRU, "pruned")
    text, failed = end_of_sweep(small.folder)
    assert failed
    assert "4 jobs: 2 finished, 1 pruned, 1 failed" in text
    left = ["best.yaml", "figures", "jobs.csv"]
    assert [path.name for path in sorted(small.folder.path.iterdir()) if path.name in left] == left
    assert "written: jobs.csv, best.yaml, figures/learning_curves.png, figures/history.png" in text
    assert f"best:    cp {small.folder.best} conf/experiment/mine.yaml" in text
    assert "         python train.py experiment=mine" in text
    assert text.endswith("note:    importance needs 10 finished settings, there are 2")


def test_an_interrupted_sweep_has_an_end_as_well(small):
    text, failed = end_of_sweep(small.folder)
    assert (failed, "4 jobs: 1 waiting, 2 finished, 1 failed" in text) == (True, True)


def test_seeds_that_repeat_have_a_table_of_their_own(sweep):
    made = sweep(seeds=2, trials=1)
    made.try_out(GRU, 0.5, 0.6)
    text, failed = end_of_sweep(made.folder)
    assert not failed
    assert "written: jobs.csv, seeds.csv, best.yaml" in text
    with (made.folder.path / "seeds.csv").open(newline="") as file:
        assert [row["seeds"] for row in csv.DictReader(file)] == ["2"]


def test_a_second_end_writes_the_same_again(small):
    first = end_of_sweep(small.folder)
    assert end_of_sweep(small.folder) == first


def test_a_sweep_without_a_job_says_so(sweep):
    made = sweep()
    text, failed = end_of_sweep(made.folder)
    assert (text.splitlines()[0], failed) == ("no job was started", False)


def test_the_ledger_is_only_read(small):
    before = small.folder.ledger.read_bytes()
    end_of_sweep(SweepFolder(small.folder.path))
    assert small.folder.ledger.read_bytes() == before
    assert Ledger(small.folder).sync().stopped is None


def test_a_full_disk_does_not_keep_the_table_back(small, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("rnnlab.sweep.end.write_best", full)
    text, _ = end_of_sweep(small.folder)
    assert "| 1     |  lstm |" in text
    assert "written: jobs.csv\n" in text
    assert text.endswith("note:    not all could be written: No space left on device")
