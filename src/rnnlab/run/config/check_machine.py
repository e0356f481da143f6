"""Check that this machine has the devices and the memory for a run, without importing torch."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from rnnlab.errors import SettingError
from rnnlab.model.cell_options import CELLS
from rnnlab.run.config.check_model import ENCODER

GPUS = ("gpu", "cuda")
DEVICES = ("nvidia[0-9]*", "nvidiactl", "nvgpu*", "nvhost-gpu", "kfd", "dxg")  # NVIDIA, Jetson, AMD, WSL
HALF = ("16-true", "bf16-true")
# tokenizers whose vocabulary has vocab_size entries
EXACT = {
    f"rnnlab.tokenizer.subword.{name}"
    for name in ("BpeTokenizer", "ByteBpeTokenizer", "UnigramTokenizer", "WordPieceTokenizer")
}


def check_machine(cfg: DictConfig) -> None:
    """Raise SettingError for a device that is not there, or a model that its memory cannot hold."""
    check_gpu(cfg)
    check_processes(cfg)
    check_memory(cfg)


def check_gpu(cfg: DictConfig) -> None:
    """Refuse a GPU that is missing, seconds before torch is imported; torch itself checks the rest later.

    Raises:
        SettingError: the accelerator is missing, or there are fewer GPUs than trainer.devices.
    """
    accelerator = cfg.trainer.get("accelerator")
    if accelerator == "mps" and sys.platform != "darwin":
        raise _missing(accelerator)
    if accelerator in GPUS and sys.platform == "linux":
        if not gpu_files():
            raise _missing(accelerator)
        count, wanted = len(list(Path("/dev").glob("nvidia[0-9]*"))), cfg.trainer.devices
        if isinstance(wanted, int) and wanted > count > 0:
            raise SettingError("trainer.devices", wanted, f"this machine has {count} GPUs at most")


def check_processes(cfg: DictConfig) -> None:
    """Refuse too many processes: on the CPU each of `trainer.devices` is one, with the whole model."""
    most = max(16, 2 * (os.cpu_count() or 1))
    wanted = cfg.trainer.get("devices")
    if cfg.trainer.get("accelerator") == "cpu" and isinstance(wanted, int) and wanted > most:
        rule = f"are processes on the CPU, at most {most} on this machine: two a core, or 16"
        raise SettingError("trainer.devices", wanted, rule)


def _missing(accelerator: str) -> SettingError:
    rule = f"this machine has no {accelerator}; there are: cpu"
    return SettingError("trainer", accelerator, rule)


def gpu_files(dev: Path = Path("/dev")) -> list[Path]:
    """Return the device files of GPU drivers in /dev; none where CUDA_VISIBLE_DEVICES hides every GPU."""
    if os.environ.get("CUDA_VISIBLE_DEVICES", "0").strip() in ("", "-1"):
        return []
    return [path for pattern in DEVICES for path in dev.glob(pattern)]


def check_memory(cfg: DictConfig) -> None:
    """Refuse a model whose weights and gradients alone, without batch and optimizer, exceed the memory."""
    if cfg.model.get("encoder", {}).get("_target_") != ENCODER:
        return
    members, there = int(cfg.model.get("members", 1)), memory()
    asked = cfg.model.get("parameters")
    sizes = {"model.parameters": int(asked) // members} if asked else least_parameters(cfg)
    single, bytes_each = sum(sizes.values()), (2 if cfg.trainer.precision in HALF else 4) * 2
    if there is None or single * members * bytes_each <= there:
        return
    setting = max(sizes, key=sizes.__getitem__) if single * bytes_each > there else "model.members"
    rule = (
        f"makes at least {count_in_words(single * members)} parameters, which with their gradients need "
        f"{in_words(single * members * bytes_each)}, and this machine has {in_words(there)}"
    )
    raise SettingError(setting, OmegaConf.select(cfg, setting), rule)


def least_parameters(cfg: DictConfig) -> dict[str, int]:
    """Return lower bounds on the parameters of one member, by the setting that they grow with most."""
    encoder: Any = cfg.model.encoder
    options = encoder.get("options") or {}
    text, hidden = bool(cfg.get("embedding")), int(encoder.hidden_size)
    reads_size = int(encoder.input_size) if text else 1  # of other rows only the data show it
    out = min(int(options.get("projection_size") or hidden), hidden)
    known = CELLS.get(str(encoder.cell))
    reads, recalls = known.gates if known is not None else (1, 0)
    if options.get("coupled"):
        reads, recalls = reads - 1, max(recalls - 1, 0)
    directions = 2 if encoder.get("bidirectional") else 1
    blocks = encoder.get("block") == "residual"  # whose layers read `out` features, and map others to them
    reads_size = min(reads_size, out) if blocks else reads_size
    first = directions * hidden * (reads * reads_size + recalls * out)
    joined = encoder.get("mixing", "concat") == "concat" and not blocks
    between = out * (directions if joined else 1)
    others = (int(encoder.get("num_layers", 1)) - 1) * directions * hidden * (reads * between + recalls * out)
    found: dict[str, int] = {}
    for name, count in (
        ("hidden_size" if hidden >= reads_size else "input_size", first),
        ("num_layers" if others > first and encoder.get("num_layers", 1) > hidden else "hidden_size", others),
    ):
        setting = typed_as(cfg, f"model.encoder.{name}")
        found[setting] = found.get(setting, 0) + count
    return found | (_vocabulary_parameters(cfg, found) if text else {})


def _vocabulary_parameters(cfg: DictConfig, found: dict[str, int]) -> dict[str, int]:
    """Add a lower bound on the parameters of the word vectors to `found`, under its setting."""
    vocabulary = int(cfg.tokenizer.vocab_size) if cfg.tokenizer._target_ in EXACT else 2
    width = max(int(cfg.embedding.get("size") or 0), int(cfg.task.network.get("embedding_size") or 0))
    widest = "embedding.size" if (cfg.embedding.get("size") or 0) == width else "task.network.embedding_size"
    setting = "tokenizer.vocab_size" if vocabulary > width else typed_as(cfg, widest)
    return {setting: found.get(setting, 0) + vocabulary * width}


def typed_as(cfg: DictConfig, setting: str) -> str:
    """Return the setting under `model` that this one interpolates, if both have the same value."""
    name = setting.rpartition(".")[2]
    source = {"input_size": "embedding_size", "size": "embedding_size"}.get(name, name)
    same = cfg.model.get(source) == OmegaConf.select(cfg, setting)
    return f"model.{source}" if same else setting


def memory() -> int | None:
    """Return the bytes of memory and swap that this process may use; None where the system reports none."""
    try:
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None
    return min([physical + _swap(), *_limits()])


def _swap() -> int:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="utf-8").splitlines()
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("SwapTotal:")), 0)
    except (OSError, ValueError, IndexError):
        return 0


def _limits() -> list[int]:
    """Return the memory limits of the container in bytes; empty where there are none."""
    found = []
    for name in ("memory.max", "memory/memory.limit_in_bytes"):
        try:
            found.append(int((Path("/sys/fs/cgroup") / name).read_text(encoding="utf-8")))
        except (OSError, ValueError):  # "max", or another kind of machine
            continue
    return found


def count_in_words(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"{count:.1e}"


def in_words(count: float) -> str:
    """Format a number of bytes: `15.6 GB`."""
    for unit in ("bytes", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"):
        if count < 1000 or unit == "YB":
            return f"{count:,.0f} {unit}" if unit == "bytes" else f"{count:,.1f} {unit}"
        count /= 1000
    raise AssertionError
