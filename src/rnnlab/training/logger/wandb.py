"""Weights & Biases without prompts: online if there is a key and a network, otherwise offline."""

from __future__ import annotations

import logging
import netrc
import os
import re
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlparse

SENDS = "sends_checkpoints"  # an attribute of the logger, for rnnlab.training.logger.media

if TYPE_CHECKING:
    from pytorch_lightning.loggers import WandbLogger

log = logging.getLogger("rnnlab")
ID_FILE = "wandb_id"
REACH_SECONDS = 3.0
MOST_ID = 128
ID = re.compile(rf"(?!\.)[^/\\#?%:\x00-\x1f\x7f]{{1,{MOST_ID}}}")  # the characters that W&B allows
Mode = Literal["online", "offline", "disabled"]


def wandb_logger(
    project: str,
    group: str | None,
    job_type: str | None,
    tags: Sequence[str],
    folder: str | Path,
    name: str | None = None,
    id: str | None = None,
    offline: bool | Literal["auto"] = "auto",
    checkpoints: bool = False,
) -> WandbLogger:
    """Start a W&B run for this run folder; a resumed run continues it by the id in the file `wandb_id`.

    Args:
        project, group, job_type: as in W&B; the runs to compare with, such as the task; `train` or so.
        tags: words to find it by. folder: the run folder; W&B's own files are in its `wandb`.
        name: shown in W&B; by default the folder's last two parts. id: W&B's, instead of the folder's.
        offline: `auto` goes online if there is a key (WANDB_API_KEY or .netrc) and the host answers within 3
            seconds. The environment's WANDB_MODE takes precedence.
        checkpoints: send the best and the last checkpoint as an artifact at the end of the training.
    """
    import wandb
    from pytorch_lightning.loggers import WandbLogger

    from rnnlab.training.loop.inside import forget_anonymous

    folder, mode = Path(folder), choose_mode(offline)
    folder.mkdir(parents=True, exist_ok=True)
    if mode == "offline":
        log.info("W&B: offline; send it later with: wandb sync %s", folder / "wandb" / "offline-run-*")
    logger = WandbLogger(
        name=name or "/".join(folder.absolute().parts[-2:]),
        save_dir=str(folder),
        id=run_id(folder, id),
        project=project,
        group=group,
        job_type=job_type,
        tags=list(tags),
        mode=mode,
        resume="allow" if mode == "online" else None,
        settings=wandb.Settings(quiet=True, silent=mode == "offline", init_timeout=60),
    )
    forget_anonymous(logger)
    setattr(logger, SENDS, checkpoints)
    return logger


def finish() -> None:
    """End the W&B run of this job, so that the next job in this process gets its own; do nothing without
    W&B.
    """
    wandb = sys.modules.get("wandb")
    if wandb is not None and wandb.run is not None:
        wandb.finish()


def choose_mode(offline: bool | Literal["auto"] = "auto") -> Mode:
    """Return `online`, `offline` or `disabled`, by WANDB_MODE, then the setting, then key and network."""
    wanted = os.environ.get("WANDB_MODE", "").lower()
    if wanted:
        modes: dict[str, Mode] = {"online": "online", "run": "online", "disabled": "disabled"}
        return modes.get(wanted, "offline")
    if os.environ.get("WANDB_DISABLED", "").lower() in ("true", "1"):
        return "disabled"
    if isinstance(offline, bool):
        return "offline" if offline else "online"
    address = urlparse(os.environ.get("WANDB_BASE_URL", "https://api.wandb.ai"))
    host = address.hostname or "api.wandb.ai"
    port = address.port or (80 if address.scheme == "http" else 443)
    return "online" if has_key(host) and is_reachable(host, port) else "offline"


def has_key(host: str) -> bool:
    """Return whether the environment or .netrc has a key for W&B's host."""
    if os.environ.get("WANDB_API_KEY"):
        return True
    file = os.path.expanduser(os.environ.get("NETRC", "~/.netrc"))  # Path's raises for unknown users
    try:
        return netrc.netrc(file).authenticators(host) is not None
    except (OSError, netrc.NetrcParseError):
        return False


def is_reachable(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=REACH_SECONDS).close()
    except OSError:
        return False
    return True


def run_id(folder: Path, given: str | None = None) -> str:
    """Return the W&B id of this run folder and record it the first time: a W&B agent's id, or a new one."""
    from wandb.sdk.lib.runid import generate_id

    file = folder / ID_FILE
    if given is None and file.is_file():
        with file.open(encoding="utf-8", errors="replace") as opened:
            kept = opened.read(MOST_ID + 2).strip()
        if not ID.fullmatch(kept):
            rule = f"must hold a W&B run's id, and holds {kept[:20]!r}"
            raise ValueError(f"{file} {rule}")
        return kept
    identity = given or os.environ.get("WANDB_RUN_ID") or generate_id()
    file.write_text(identity + "\n", encoding="utf-8")
    return identity
