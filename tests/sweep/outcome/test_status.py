import subprocess
import sys

from rnnlab.sweep.beat import Heartbeat
from rnnlab.sweep.outcome.record import read_record
from rnnlab.sweep.outcome.status import rest_of, status

from ..written import START

GRU = {"model": "gru", "optimizer.lr": 0.01}


def beat(made, worker="worker"):
    """A living worker: this process."""
    made.folder.workers.mkdir(exist_ok=True)
    alive = Heartbeat(made.folder, worker, "0", 60.0)
    alive.write(job=3)
    return alive


def test_a_running_sweep_tells_its_workers_jobs_and_the_rest_of_the_time(small):
    small.try_out(GRU, "running")
    pid = beat(small).fields["pid"]
    text = status(read_record(small.folder), now=START + 300)
    lines = text.splitlines()
    assert lines[1:5] == [
        "state:    running",
        "jobs:     4: 1 running, 2 finished, 1 failed",
        "best:     trial 1, val/macro_recall 0.7000: model=lstm optimizer.lr=0.001 model.num_layers=2",
        "time:     5 min 00 s since its start, about 0.0 s left (1 job of 1 min 00 s on 1 worker)",
    ]
    assert f"pid {pid} slot 0: job 3, lives for" in text
    where = "epoch 3 of 4, step 30, val/macro_recall 0.3000"
    assert f"  job 3: since 2 min 00 s, {where}: model=gru optimizer.lr=0.01" in lines
    assert "job 2 failed: RuntimeError: diverged" in lines
    assert f"  {small.folder.log(2)}" in lines
    assert "workers/*.log" in lines[-1]


def test_a_killed_sweep_says_so_and_how_to_go_on(small):
    small.try_out(GRU, "running")
    text = status(read_record(small.folder), now=START + 300)
    again = f"python train.py -m sweep.resume={small.folder.path}"
    assert f"state:    nobody works on it; go on with: {again}" in text
    assert "its worker shows no sign of life: it will be given back" in text
    assert "workers:  0" in text
    assert "left (" not in text


def test_a_finished_sweep_is_finished(small):
    small.try_out(GRU, 0.5)
    text = status(read_record(small.folder))
    assert "state:    finished" in text
    assert "time:     4 min 00 s since its start" in text
    assert "workers:" not in text


def test_a_stopped_sweep_tells_why(small):
    small.ledger.stop("6 of 10 jobs failed", cancel=False)
    assert "state:    stopped: 6 of 10 jobs failed; go on with" in status(read_record(small.folder))
    beat(small)
    assert "running jobs end first" in status(read_record(small.folder))
    small.ledger.stop("rnnlab sweep cancel")
    assert "running jobs save and leave" in status(read_record(small.folder))


def test_workers_that_wait_for_slurm_are_not_called_dead(sweep):
    made = sweep(launcher={"name": "slurm"})
    assert "no worker lives: they wait for Slurm" in status(read_record(made.folder))


def test_a_time_out_shortens_the_rest(sweep):
    made = sweep(trials=100, timeout=600.0)
    made.try_out(GRU, 0.5)
    record = read_record(made.folder)
    assert rest_of(record, 60.0, 1, START + 60) == 600 - 60 + 60
    assert rest_of(record, 60.0, 50, START + 60) == 99 * 60 / 50


def test_a_sweep_of_an_older_version_has_a_status(older):
    text = status(read_record(older([{"metrics": {"val/loss": 0.5}}, {"status": "running"}])))
    assert "state:    finished" in text
    assert "jobs:     2: 1 finished, 1 failed" in text


def test_it_imports_no_torch(small):
    code = (
        "import sys; from rnnlab.cli import main; main(sys.argv[1:]);"
        "sys.exit(bool({'torch', 'pytorch_lightning', 'matplotlib', 'sklearn'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "sweep", "status", str(small.folder.path)]
    subprocess.run(command, check=True, capture_output=True)
