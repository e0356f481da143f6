"""From training to prediction by the commands of README.md, in a folder that is thrown away."""

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]


def rnnlab(*arguments: str) -> str:
    """Run a command in the project's folder; return what it prints."""
    command = [sys.executable, "-m", "rnnlab", *arguments]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_cell_learns_to_count(tmp_path: Path) -> None:
    run = tmp_path / "run"
    quick = ["report=false", "threads=1", f"paths.cache_dir={tmp_path}/cache", f"hydra.run.dir={run}"]
    rnnlab("train", "--config-dir", "conf", "task=counts", *quick)
    result = json.loads((run / "result.json").read_text(encoding="utf-8"))
    mean = result["baselines"]["train mean"]["metrics"]["test/mae"]
    assert result["metrics"]["test/mae"] < 0.6 * mean
    answer = json.loads(rnnlab("predict", str(run), "two coffees and a scone, please", "--json"))
    assert answer["predicted"] > 1.5
