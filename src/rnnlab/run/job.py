"""What Hydra calls for each job: one run, whose every end is recorded in its folder."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import DictConfig

from rnnlab.errors import UserError
from rnnlab.run.command import without_hydra
from rnnlab.run.folder import RunFolder
from rnnlab.run.result import Result

log = logging.getLogger("rnnlab")


def job(cfg: DictConfig) -> None:
    """Run one job; a failure ends the process with its exit code, but not the other jobs of a sweep."""
    hydra: Any = HydraConfig.get()
    sweep = hydra.mode == RunMode.MULTIRUN
    code = run(
        without_hydra(cfg),
        RunFolder(Path(hydra.runtime.output_dir)),
        list(hydra.overrides.task),
        hydra.runtime.choices.model,
    )
    if code and not (sweep and code != 130):
        sys.exit(code)


def run(cfg: DictConfig, folder: RunFolder, overrides: list[str], model: str) -> int:
    """Train into the folder; the exit code: 0 finished, 1 failed, 2 a wrong setting, 130 interrupted."""
    overrides = [o for o in overrides if not o.startswith("resume=")]
    fields = {"task": cfg.task.name, "model": {"name": model}, "seed": cfg.seed, "overrides": overrides}
    primary = os.environ.get("LOCAL_RANK", "0") == "0"
    result = Result(folder.path, fields, primary)
    if primary:
        folder.write_choices(cfg, overrides)
        result.update()
    from rnnlab.callback.interrupt import Interrupted
    from rnnlab.logger.wandb import finish
    from rnnlab.run.train import train

    try:
        train(cfg, folder, result)
    except UserError as error:
        return wrong_input(error, result)
    except (Interrupted, KeyboardInterrupt, SystemExit):  # Lightning leaves by SystemExit on SIGTERM
        result.end("interrupted")
        log.info("interrupted; go on with: python train.py resume=%s", shown(folder.path))
        return 130
    except Exception as error:
        result.end("failed", error=f"{type(error).__name__}: {error}", traceback=traceback.format_exc())
        log.exception("the run failed; %s says how far it came", shown(folder.path))
        return 1
    finally:
        finish()
    return 0


def wrong_input(error: UserError, result: Result) -> int:
    result.end("failed", error=str(error))
    full = os.environ.get("HYDRA_FULL_ERROR") == "1"
    log.error("error: %s", error, exc_info=error if full else None)
    return 2


def shown(path: Path) -> str:
    """The path as short as it can be typed."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)
