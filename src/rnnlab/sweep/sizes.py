"""Parameters of networks that are never built in memory, counted in a process of its own while Hydra is at work.

python -m rnnlab.sweep.sizes < configs, one JSON object a line
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from omegaconf import OmegaConf

PARTS = ("model", "task", "data", "embedding", "tokenizer", "text")
UNKNOWN_VOCABULARY = 100  # of a tokenizer whose size only the text tells: characters


class Sizes:
    """Starts counting's long import at once; `count` gives it the networks."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "rnnlab.sweep.sizes"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def count(self, configs: Sequence[Any]) -> list[int | None]:
        """Parameters of each config's network, None where it cannot be built without its data."""
        lines = [
            json.dumps({part: OmegaConf.to_container(cfg[part], resolve=True) for part in PARTS})
            for cfg in configs
        ]
        told, _ = self.process.communicate("\n".join(lines) + "\n")
        found = [json.loads(line) for line in told.splitlines()]
        return [*found, *[None] * (len(configs) - len(found))]

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def vocabulary(cfg: Any) -> int:
    """The most tokens that the vocabulary may have."""
    return int(cfg.tokenizer.get("vocab_size") or UNKNOWN_VOCABULARY)


class _Tokenizer(NamedTuple):
    vocab_size: int


class _Labelled:
    """What the assembler asks of data, without data."""

    def __init__(self, cfg: Any) -> None:
        self.tokenizer = _Tokenizer(vocabulary(cfg))
        self.num_classes, self.padding = (
            len(cfg.data.get("classes") or ()) or 2,
            cfg.data.get("padding", "post"),
        )


class _Text:
    def __init__(self, cfg: Any) -> None:
        self.tokenizer = _Tokenizer(vocabulary(cfg))


def parameters(cfg: Any) -> int | None:
    """Of one config's network, on torch's meta device; with the vectors' size taken from the config."""
    import torch

    from rnnlab.run.build import build_member
    from rnnlab.run.vectors import Words

    data: Any = (
        _Labelled(cfg) if "classifier" in str(cfg.task.network.get("_target_", "")).lower() else _Text(cfg)
    )
    members = cfg.model.get("members", 1) if isinstance(data, _Labelled) else 1
    try:
        with torch.device("meta"):
            network = build_member(cfg, data, Words(None, None))  # type: ignore[arg-type]
    except Exception:  # sentences, files of vectors: told as unknown
        return None
    return int(members) * sum(parameter.numel() for parameter in network.parameters())


def main() -> None:
    import torch  # noqa: F401  (before the first line has come)

    for line in sys.stdin:
        if line.strip():
            print(json.dumps(parameters(OmegaConf.create(json.loads(line)))), flush=True)


if __name__ == "__main__":
    main()
