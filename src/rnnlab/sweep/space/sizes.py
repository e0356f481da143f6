"""Count parameters of networks in a separate process, without allocating their weights.

python -m rnnlab.sweep.space.sizes < configs, one JSON object a line
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from omegaconf import OmegaConf

PARTS = ("model", "task", "data", "embedding", "tokenizer", "text")


class Sizes:
    """Counting process: its long import starts at once, parallel to Hydra; `count` sends the networks."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "rnnlab.sweep.space.sizes"]
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True
        )

    def count(self, configs: Sequence[Mapping[str, Any]], vocabularies: Sequence[int]) -> list[int | None]:
        """Return the parameters of each config's network, None if it cannot be built without its data.

        Args:
            configs: `plain_parts` of each config.
            vocabularies: vocabulary size of each.
        """
        lines = [
            json.dumps({"cfg": cfg, "vocabulary": size})
            for cfg, size in zip(configs, vocabularies, strict=True)
        ]
        told, _ = self.process.communicate("\n".join(lines) + "\n")
        found = [json.loads(line) for line in told.splitlines()]
        return [*found, *[None] * (len(configs) - len(found))]


def plain_parts(cfg: Any) -> dict[str, Any]:
    """Return the parts of a run's config that its network depends on, in plain containers."""
    return {part: OmegaConf.to_container(cfg[part], resolve=True) for part in PARTS if part in cfg}


def parameters(cfg: Any, vocabulary: int) -> int | None:
    """Count the parameters of one config's network, on torch's meta device."""
    from rnnlab.kinds.lookup import kind_of
    from rnnlab.run.build.count import VectorSize, on_meta

    if cfg.model.get("parameters"):  # the run finds sizes of about as many
        return int(cfg.model.parameters)
    if cfg.model.get("state_size"):
        return None
    embedding = cfg.get("embedding")
    words = VectorSize(embedding.get("size"), embedding.get("projection")) if embedding else None
    try:
        network = on_meta(cfg, kind_of(cfg).expected_facts(cfg), vocabulary, words)
    except Exception:  # what only the data or a file show
        return None
    each = sum(parameter.numel() for parameter in network.parameters())
    each += words.projected(vocabulary) if words else 0
    return int(cfg.model.get("members", 1)) * each


def main() -> None:
    import torch  # noqa: F401  (before the first line has come)

    for line in sys.stdin:
        if line.strip():
            asked = json.loads(line)
            print(json.dumps(parameters(OmegaConf.create(asked["cfg"]), asked["vocabulary"])), flush=True)


if __name__ == "__main__":
    main()
