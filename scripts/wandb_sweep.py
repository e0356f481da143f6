"""Write a sweep as a file for Weights & Biases, whose agents then run it.

    python scripts/wandb_sweep.py task=tweets sweep=tpe sweep.trials=50 model=gru,lstm \\
        'optimizer.lr=tag(log,interval(1e-4,1e-2))' --to sweep.yaml
    wandb sweep sweep.yaml        # prints the sweep's id
    wandb agent ENTITY/PROJECT/ID # on each machine, in this folder

The overrides are those of `python train.py -m`. Conditions, constraints, zips, several metrics and means over
seeds are refused: W&B does not support them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml
from hydra import initialize_config_dir
from omegaconf import OmegaConf

from rnnlab.errors import UserError
from rnnlab.sweep.command import look_through, opened
from rnnlab.sweep.wandb_file import left_out, wandb_sweep

CONFIG_DIR = Path(__file__).parents[1] / "conf"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("overrides", nargs="+", help="as after python train.py -m")
    parser.add_argument("--to", type=Path, help="the file (default: standard output)")
    parser.add_argument("--project", default="rnnlab", help="W&B's project (default: rnnlab)")
    arguments = parser.parse_intermixed_args()
    try:
        text = file_of([opened(override) for override in arguments.overrides], arguments.project)
    except UserError as error:
        sys.exit(f"error: {error}")
    if arguments.to is None:
        print(text, end="")
    else:
        arguments.to.write_text(text, encoding="utf-8")
        print(f"written: {arguments.to}; next: wandb sweep {arguments.to}")


def file_of(overrides: list[str], project: str) -> str:
    """Return the file's text. Raises UserError for a sweep that cannot work, or that W&B cannot run."""
    with initialize_config_dir(str(CONFIG_DIR), version_base="1.3"):
        space, fixed, cfg = look_through(overrides, [CONFIG_DIR])
    sweep = OmegaConf.to_container(cfg.sweep, resolve=True)
    assert isinstance(sweep, dict)
    plain = {str(key): value for key, value in sweep.items()}
    found = wandb_sweep(plain, space, fixed, project, cfg.seed)
    notes = "".join(f"# not carried over: {setting}\n" for setting in left_out(plain))
    return notes + yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=1000)


if __name__ == "__main__":
    main()
