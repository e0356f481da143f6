"""rnnlab: a sweep over zipped lists of values, or the resumption of one that was killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

JOB = json.loads(Path(os.environ["RACE_JOB"]).read_text(encoding="utf-8"))
ROOT, FOLDER = Path(__file__).parents[3], Path(JOB["folder"])
SWEEP = FOLDER / "sweeps" / "race"


def lists() -> list[str]:
    """Return the trials' values as lists, one for each setting."""
    names = list(JOB["trials"][0])
    values = [f"{name}={','.join(str(trial[name]) for trial in JOB['trials'])}" for name in names]
    return [*values, f"sweep.zip=[[{','.join(names)}]]"]


def main() -> int:
    # user: begin
    command = [sys.executable, str(ROOT / "train.py"), "-m"]
    if (SWEEP / "sweep.yaml").is_file():
        command += [f"sweep.resume={SWEEP}"]
    else:
        command += [
            *JOB["base"], *lists(), "sweep=grid", "sweep.pruner=successive_halving",
            f"launcher.workers={JOB['workers']}", f"trainer.max_epochs={JOB['epochs']}", "threads=1",
            "report=false", "baselines=false", "figures=false", "sweep.name=race",
            f"paths.output_dir={FOLDER}",
        ]  # fmt: skip
    return subprocess.run(command, check=False).returncode
    # user: end


if __name__ == "__main__":
    sys.exit(main())
