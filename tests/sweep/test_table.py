import json
import subprocess
import sys
import textwrap

import pytest
from omegaconf import OmegaConf

from rnnlab.sweep.jobs import read_jobs
from rnnlab.sweep.table import SweepTable, sweep_table


@pytest.fixture
def sweep(tmp_path):
    runs = [
        {
            "status": "finished",
            "metrics": {"val/macro_recall": 0.61, "test/macro_recall": 0.6, "test/recall_bad": 0.5},
        },
        {"status": "finished", "metrics": {"val/macro_recall": 0.64, "test/macro_recall": 0.62}},
        {"status": "failed", "metrics": {}, "error": "RuntimeError: out of memory\nat line 3"},
    ]
    for number, fields in enumerate(runs):
        (tmp_path / str(number)).mkdir()
        result = {"task": "tweets", "seconds": 61.0, "overrides": ["task=tweets", f"seed={number}"], **fields}
        (tmp_path / str(number) / "result.json").write_text(json.dumps(result))
    return tmp_path


def test_the_table_keeps_the_order_marks_the_best_and_shows_errors(sweep):
    assert sweep_table(read_jobs(sweep)).splitlines() == [
        "| job | seed |   status |       time | val/macro_recall | test/macro_recall |",
        "|-----|------|----------|------------|------------------|-------------------|",
        "| 0   |    0 | finished | 1 min 01 s |           0.6100 |            0.6000 |",
        "| 1*  |    1 | finished | 1 min 01 s |           0.6400 |            0.6200 |",
        "| 2   |    2 |   failed | 1 min 01 s |                  |                   |",
        "* job 1 is best by val/macro_recall",
        "job 2 failed: RuntimeError: out of memory",
    ]


def test_jobs_without_official_splits_are_named(sweep):
    for number in (0, 1):
        path = sweep / str(number) / "result.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"data": {"official": False}}))
    assert "job 0, 1: NOT THE OFFICIAL SPLITS, see result.json" in sweep_table(read_jobs(sweep))


def test_the_callback_prints_once_and_writes_the_csv(sweep, capsys):
    config = OmegaConf.create({"hydra": {"sweep": {"dir": str(sweep)}}})
    table = SweepTable()
    table.on_multirun_start(config)
    with pytest.raises(SystemExit) as stop:  # job 2 has failed
        table.on_multirun_end(config)
    assert stop.value.code == 1
    table.report()
    printed = capsys.readouterr().out
    assert printed.count("* job 1 is best") == 1
    assert printed.endswith(f"folder: {sweep}\n")
    assert (sweep / "jobs.csv").is_file()


def test_a_sweep_without_a_job_prints_nothing(tmp_path, capsys):
    config = OmegaConf.create({"hydra": {"sweep": {"dir": str(tmp_path / "none")}}})
    SweepTable().on_multirun_end(config)
    assert capsys.readouterr().out == ""


def app(folder, body):
    """A small Hydra program with the callback; each job leaves a result.json, then does what `body` says."""
    (folder / "conf.yaml").write_text(
        "seed: 0\nhydra:\n  sweep: {dir: sweep, subdir: '${hydra:job.num}'}\n"
        "  callbacks: {table: {_target_: rnnlab.sweep.table.SweepTable}}\n"
    )
    (folder / "app.py").write_text(
        textwrap.dedent(
            f"""
            import json, sys
            from pathlib import Path
            import hydra
            from hydra.core.hydra_config import HydraConfig
            @hydra.main(version_base="1.3", config_path=".", config_name="conf")
            def main(cfg):
                assert "torch" not in sys.modules
                result = {{"status": "finished", "metrics": {{"val/loss": float(cfg.seed)}}, "seconds": 1.0,
                          "overrides": list(HydraConfig.get().overrides.task)}}
                (Path(HydraConfig.get().runtime.output_dir) / "result.json").write_text(json.dumps(result))
                {body}
            main()
            """
        )
    )
    return subprocess.run(
        [sys.executable, "app.py", "-m", "seed=3,2"], cwd=folder, capture_output=True, text=True, timeout=60
    )


def test_hydra_calls_it_at_the_end_of_a_sweep(tmp_path):
    done = app(tmp_path, "pass")
    assert done.returncode == 0, done.stderr
    assert "* job 1 is best by val/loss" in done.stdout
    assert "folder: sweep" in done.stdout
    assert (tmp_path / "sweep" / "jobs.csv").read_text().startswith("job,status,seconds,seed,val/loss")


def test_a_sweep_that_ends_early_still_shows_what_it_has(tmp_path):
    done = app(tmp_path, "sys.exit(130)")
    assert done.returncode == 130
    assert "| 0   | finished |" in done.stdout
