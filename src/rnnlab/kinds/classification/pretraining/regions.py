"""Region pretraining as a stage of a run: its settings, and the weights that it stores in the cache."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from rnnlab.embedding.cache import key_of, make_once
from rnnlab.kinds.classification.pretraining.settings import RegionSettings

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from rnnlab.data.cache import Split

VERSION = 2  # raised when the same settings would give other weights
PARTS = ("embedding.", "encoder.")
WEIGHTS, FACTS = "weights.pt", "facts.json"


class Learned(NamedTuple):
    """The weights of embedding and encoder by their names in a network, and facts for result.json."""

    weights: dict[str, Tensor]
    facts: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class RegionPretraining(RegionSettings):
    """Predicts the words around each place from the states there, before a classifier is trained.

    The forward states predict the words in the next `region` places, the backward states those in the places
    before, each as a set (two-view embeddings: Johnson & Zhang 2015 and 2016). They need no labels.

    Attributes: as conf/pretraining/regions.yaml has them.
    """

    def learned(
        self,
        build: Callable[[], nn.Module],
        text: Split,
        encoder: dict[str, Any],
        cache_dir: Path,
        device: torch.device,
        bfloat16: bool,
    ) -> Learned:
        """Return weights from `cache_dir/regions/`, learned first where they are not there.

        Args:
            build: draws a flat classifier, which is seeded with `seed`.
            text: what is read and predicted.
            encoder: the settings of the network's encoder.

        Raises:
            SettingError: the cache folder cannot be made, or no text has two tokens.
            Diverged: the loss is not finite.
        """
        import torch

        with torch.random.fork_rng():
            torch.manual_seed(self.seed)
            network = build()
            content = [VERSION, asdict(self), encoder, bfloat16, digest_of(network, text)]
            folder = cache_dir / "regions" / key_of(content)
            known = make_once(folder, lambda stage: self._write(stage, network, text, device, bfloat16))
        weights = torch.load(folder / WEIGHTS, map_location="cpu", weights_only=True)
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        return Learned(weights, {**facts, "folder": str(folder), "cached": known})

    def _write(
        self, stage: Path, network: nn.Module, text: Split, device: torch.device, bfloat16: bool
    ) -> None:
        import torch

        from rnnlab.kinds.classification.pretraining.learn import learn

        start = time.monotonic()
        nats = learn(network, text, self, device, bfloat16)
        facts = {"nats": nats, "texts": len(text.lengths), "tokens": len(text.ids)}
        facts["seconds"] = round(time.monotonic() - start, 3)
        torch.save({name: value.cpu() for name, value in weights_of(network).items()}, stage / WEIGHTS)
        (stage / FACTS).write_text(json.dumps(facts, indent=2), encoding="utf-8")


def weights_of(network: nn.Module) -> dict[str, Tensor]:
    """Return the weights of embedding and encoder, by their names in the network."""
    return {name: value for name, value in network.state_dict().items() if name.startswith(PARTS)}


def digest_of(network: nn.Module, text: Split) -> str:
    """Return a digest of the text and of the weights to start from."""
    import numpy as np

    digest = hashlib.sha256()
    arrays = {name: value.numpy() for name, value in weights_of(network).items()}
    for name, array in {**arrays, "ids": text.ids, "offsets": text.offsets}.items():
        digest.update(f"{name}{array.dtype}{array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    return digest.hexdigest()
