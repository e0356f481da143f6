import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from rnnlab.errors import SettingError
from rnnlab.sweep.launch import slurm
from rnnlab.sweep.launch.slurm import SlurmLauncher, SlurmPool, batch_script

Put = Callable[[str, str], None]
SBATCH = 'echo $(( 100 + $(grep -c ^sbatch "$CALLS") ))'


@pytest.fixture
def cluster(tools: Put, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Programs named as Slurm's; `squeue` is to be put again for what the queue tells."""
    monkeypatch.setattr(slurm, "LOOK", 0.0)
    for name in ("srun", "scontrol", "scancel", "squeue"):
        tools(name, "")
    tools("sbatch", SBATCH)
    return tools


def calls(tmp_path: Path, name: str) -> list[str]:
    lines = (tmp_path / "calls").read_text().splitlines()
    return [line for line in lines if line.startswith(f"{name} ")]


def options(script: str) -> list[str]:
    return [line.removeprefix("#SBATCH ") for line in script.splitlines() if line.startswith("#SBATCH")]


def test_what_sbatch_is_told(fake: Any, cluster: Put) -> None:
    settings = {"partition": "gpu", "gpus": 2, "cpus": 4, "memory": "16G", "time": "4:00:00", "grace": 90}
    settings |= {"account": "me", "constraint": "a100", "extra": {"qos": "high", "nice": 5}}
    found = options(batch_script(fake.folder, 3, settings))
    expected = "partition=gpu gpus-per-node=2 cpus-per-task=4 mem=16G time=4:00:00 signal=USR2@90 account=me"
    expected += " constraint=a100 qos=high nice=5 requeue open-mode=append job-name=rnnlab-mine nodes=1"
    expected += f" output={fake.folder.workers}/3.log"
    assert {f"--{option}" for option in expected.split()} <= set(found)


def test_what_is_left_out_is_the_cluster_s_own_choice(fake: Any, cluster: Put) -> None:
    settings = {"partition": None, "gpus": 0, "cpus": 1, "memory": None, "time": None, "grace": 60}
    names = {option.partition("=")[0] for option in options(batch_script(fake.folder, 0, settings))}
    assert names.isdisjoint({"--partition", "--gpus-per-node", "--mem", "--time", "--account", "--wckey"})


def run(fake: Any, cluster: Put, code: int, **settings: Any) -> str:
    """What a batch script prints whose worker ends with a code."""
    cluster("srun", 'while [[ $1 == --* ]]; do shift; done; "$@"')
    fake.exit_with(code)
    path = fake.folder.path / "script"
    path.write_text(batch_script(fake.folder, 0, settings))
    done = subprocess.run(["bash", str(path)], capture_output=True, text=True, timeout=60)
    return f"{done.stdout}{done.returncode}"


def test_the_batch_script_runs_a_worker_of_the_frozen_code(fake: Any, cluster: Put) -> None:
    told = run(fake, cluster, 0, cpus=2, setup=["export CUDA_VISIBLE_DEVICES=9", "echo ready"])
    assert told == "ready\nworker 0 started\n0"
    seen = fake.seen(0)
    assert seen["PYTHONPATH"].startswith(str(fake.folder.code / "src"))
    assert (seen["RNNLAB_THREADS"], seen["CUDA_VISIBLE_DEVICES"]) == ("2", "9")
    assert seen["RNNLAB_SLURM_WORKER"] == "1"


def test_a_killed_worker_s_job_is_queued_again_and_a_failed_one_s_is_not(fake: Any, cluster: Put) -> None:
    assert run(fake, cluster, 143) == "worker 0 started\nleft by 15\n0"
    assert run(fake, cluster, 1) == "worker 0 started\n1"


def test_a_job_a_worker_and_how_to_look_at_them(fake: Any, cluster: Put, tmp_path: Path) -> None:
    pool = SlurmLauncher().start(fake.folder, {"workers": 3})
    assert pool.jobs == ["101", "102", "103"]
    assert len(calls(tmp_path, "sbatch")) == 3
    told = pool.describe()
    assert "3 workers in Slurm's queue: job 101 to 103" in told
    assert f"rnnlab sweep status {fake.folder.path}" in told
    assert "squeue --name=rnnlab-mine" in told
    pool.cancel()
    assert calls(tmp_path, "scancel") == ["scancel 101 102 103"]


def test_only_what_slurm_has_lost_is_submitted_anew(fake: Any, cluster: Put, tmp_path: Path) -> None:
    pool = SlurmLauncher().start(fake.folder, {"workers": 5})
    cluster("squeue", "printf '101 RUNNING\\n102 PENDING\\n103 COMPLETED\\n104 FAILED\\n99 RUNNING\\n'")
    assert pool.alive() == 2  # 105 is not known any more
    pool.restart_dead()
    assert pool.jobs == ["101", "102", "103", "106", "105"]
    assert calls(tmp_path, "sbatch")[-1].endswith("3.sbatch")
    cluster("squeue", "exit 1")  # the controller does not answer
    assert pool.alive() == 3
    cluster("squeue", "echo 106 NODE_FAIL")
    pool.cancel()
    pool.restart_dead()
    assert len(calls(tmp_path, "sbatch")) == 6


def test_what_sbatch_refuses_is_told_and_nothing_is_left_in_the_queue(
    fake: Any, cluster: Put, tmp_path: Path
) -> None:
    refusal = 'echo "sbatch: error: invalid partition specified: gpu" >&2; exit 1'
    cluster("sbatch", f'[ $(grep -c ^sbatch "$CALLS") = 1 ] && echo 7 && exit; {refusal}')
    with pytest.raises(SettingError, match="invalid partition specified: gpu"):
        SlurmLauncher().start(fake.folder, {"workers": 2})
    assert calls(tmp_path, "scancel") == ["scancel 7"]


def test_settings_of_a_job_that_submits_do_not_become_the_workers(
    fake: Any, cluster: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SLURM_JOB_ID", "SLURM_CONF", "SBATCH_ACCOUNT"):
        monkeypatch.setenv(name, "1")
    seen = fake.folder.path / "environment"
    cluster("sbatch", f"env > '{seen}'; echo 1")
    SlurmPool(fake.folder, [fake.folder.path / "script"])
    names = {line.partition("=")[0] for line in seen.read_text().splitlines()}
    assert {"SLURM_CONF", "SBATCH_ACCOUNT"} <= names
    assert "SLURM_JOB_ID" not in names


def test_a_machine_without_slurm_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingError, match=r"sbatch is not on the PATH(.|\n)*local_slurm.sh start"):
        SlurmLauncher().check({})


def test_a_missing_package_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm, "find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r'pip install -e "\.\[slurm\]"'):
        SlurmLauncher().check({})
