"""A trained network from its folder, without the data that it was trained on."""

from __future__ import annotations

from typing import NamedTuple

import torch
from omegaconf import DictConfig, OmegaConf
from torch import Tensor, nn

from rnnlab.errors import SettingError
from rnnlab.kinds.work import Facts
from rnnlab.model.embedding import Pretrained
from rnnlab.run.build.assemble import network_of
from rnnlab.run.config.allowed import places
from rnnlab.run.folder.checkpoint import state_of
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.tokenizer import Tokenizer

VECTORS, PROJECT = "embedding.vectors.weight", "embedding.project.weight"
WIDTHS = (
    *("hidden_size", "projection_size", "style_size", "rounds", "heads", "num_heads"),
    *("letter_size", "output_size", "width"),
)
COUNTS = ("num_layers", "members")
SHOWN = 3  # weights that an error names


class Loaded(NamedTuple):
    """The word vectors of a checkpoint: `weight` (V, E) and the size that they are projected to, if any."""

    weight: Tensor
    projection: int | None

    def size(self) -> int:
        return self.projection or self.weight.shape[1]

    def pretrained(self) -> Pretrained | None:
        return None if self.projection is None else Pretrained(self.weight, projection=self.projection)


def rebuild(cfg: DictConfig, folder: RunFolder, tokenizer: Tokenizer | None, facts: Facts) -> nn.Module:
    """Return the run's network with the weights of best.ckpt, in evaluation mode, on the CPU.

    Draws nothing from torch's global random numbers.

    Args:
        tokenizer: the run's; None where its data were no text.
        facts: of its data, `rnnlab.kinds.base.Kind.run_facts`.

    Raises:
        SettingError: there is no readable checkpoint, or its weights do not fit the config.
    """
    state = weights_of(folder)
    check_sizes(cfg, state, folder)
    words = None if tokenizer is None else vectors_of(state, folder)
    with torch.random.fork_rng(devices=[]):
        network = network_of(cfg, facts, tokenizer, words)
    load(network, state, folder)
    return network.eval()


def weights_of(folder: RunFolder) -> dict[str, Tensor]:
    """Return the network's weights of best.ckpt by their names in the network."""
    if not folder.best.is_file():
        raise SettingError("RUN", folder.path, "ended before its first checkpoint: there are no weights")
    state = state_of(folder.best)
    prefix = "network."
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}


def check_sizes(cfg: DictConfig, state: dict[str, Tensor], folder: RunFolder) -> None:
    """Refuse a config of a larger model than its weights before building it: the folder may be untrusted."""
    widest = max((size for weight in state.values() for size in weight.shape), default=0)
    most = dict.fromkeys(WIDTHS, widest) | dict.fromkeys(COUNTS, len(state))
    parts = {"model": cfg.model, "task": {"network": cfg.task.get("network")}}
    for place, value in places(OmegaConf.to_container(OmegaConf.create(parts))):
        limit = most.get(place.rpartition(".")[2])
        if limit is not None and isinstance(value, int) and value > limit:
            rule = f"its config.yaml has {place}={value}, and the weights of its checkpoint are smaller"
            raise SettingError("RUN", folder.path, rule)


def vectors_of(state: dict[str, Tensor], folder: RunFolder) -> Loaded:
    """Return the word vectors and their projected size, from the first member's weights."""
    names = {name.split("members.0.")[-1]: value for name, value in state.items()}
    if VECTORS not in names:
        raise SettingError("RUN", folder.path, "its checkpoint holds no word vectors of rnnlab")
    project = names.get(PROJECT)
    return Loaded(names[VECTORS], None if project is None else len(project))


def load(network: nn.Module, state: dict[str, Tensor], folder: RunFolder) -> None:
    """Copy the weights; every weight must have a place, and every place a weight."""
    own = network.state_dict()
    wrong = [name for name in {**own, **state} if name not in own or name not in state]
    wrong += [name for name in own if name in state and own[name].shape != state[name].shape]
    if wrong:
        more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        rule = f"its weights do not fit this rnnlab's network ({', '.join(wrong[:SHOWN])}{more})"
        raise SettingError("RUN", folder.path, f"{rule}; {made_by(folder)}")
    network.load_state_dict(state)


def made_by(folder: RunFolder) -> str:
    """Name the version that can open a run that this one cannot."""
    from importlib.metadata import version as version_of

    from rnnlab.run.folder.result import read

    result = read(folder.path / "result.json")
    version = (result.get("versions") or {}).get("rnnlab", "unknown")
    commit = (result.get("git") or {}).get("commit")
    at = f" at commit {commit[:12]}" if commit else ""
    return f"rnnlab {version}{at} made it, this is {version_of('rnnlab')}"
