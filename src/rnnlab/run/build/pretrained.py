"""Start a run from the weights of a language-model run.

Embedding and encoder are copied and, for a language model, all else.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig
from torch import Tensor, nn

from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.run.build.make import make
from rnnlab.run.config.check_pretrained import keeps_tokenizer, runs_of, same_direction
from rnnlab.run.config.saved import saved_config
from rnnlab.run.config.styles import styles_of_data
from rnnlab.run.folder.checkpoint import state_of
from rnnlab.run.folder.result import read
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.folder.run_preprocessing import tokenizer_of
from rnnlab.tokenizer import PairTokenizer, Tokenizer
from rnnlab.untrusted import read_json

log = logging.getLogger("rnnlab")
EMBEDDING, ENCODER = "embedding.", "encoder."
FORWARD, BACKWARD = "forward_layers.", "backward_layers."
HEAD, STYLES = "head.", "style_vectors."
SHOWN = 3  # tokens that two vocabularies differ in


def load_pretrained(cfg: DictConfig, tokenizer: Tokenizer | None, network: nn.Module) -> dict[str, Any]:
    """Copy the weights of `pretrained=` into the network; return their source, as fields of `result.json`.

    A run of the same kind that reads its text in the same direction takes the head as well, and the vectors
    of styles where both have the same names: it continues where the other stopped.

    They are those of best.ckpt, the averaged ones where the run kept an average. In both directions the
    backward one takes those of the second run, which has read its text from the end, and without a second
    run keeps its random start; the vectors are always the first run's.

    Raises:
        SettingError: a run has another tokenizer, by content, or weights of other sizes.
    """
    folders = runs_of(cfg)
    if not folders or tokenizer is None:
        return {}
    side = source_of(tokenizer)
    for folder in folders:
        check_tokenizer(folder, side.to_json())
    more = own_parts(cfg, folders[0])
    states = [weights_of(folder, (EMBEDDING, ENCODER, *more)) for folder in folders]
    given = dict(states[0])
    if len(states) > 1:
        given |= {name.replace(FORWARD, BACKWARD): w for name, w in states[1].items() if FORWARD in name}
        say_vectors(folders, states)
    for member in getattr(network, "members", [network]):
        take(member, with_marks(given, member, tokenizer.vocab_size - side.vocab_size), folders[0], more)
    say(folders, network, more)
    return {"pretrained": [facts_of(folder) for folder in folders]}


def starting_tokenizer(cfg: DictConfig) -> Tokenizer | None:
    """Return the tokenizer of the run that a language model starts from, if of the same kind: ids stay valid.

    None where there is no tokenizer to keep, or it has other settings, which `check_tokenizer` then names.
    """
    if not keeps_tokenizer(cfg):
        return None
    theirs = tokenizer_of(runs_of(cfg)[0])
    if theirs.settings() != make(cfg.tokenizer).settings():
        return None
    log.info("pretrained: the tokenizer of that run, %s tokens", f"{theirs.vocab_size:,}")
    return theirs


def own_parts(cfg: DictConfig, folder: RunFolder) -> tuple[str, ...]:
    """Return the parts besides embedding and encoder that a run of the same kind takes; none for another."""
    saved = saved_config(folder.config)
    if kind_of(saved) is not kind_of(cfg) or not same_direction(cfg, folder):
        return ()
    mine = styles_of_data(cfg) if cfg.model.get("style_size") else ()
    return (HEAD, STYLES) if mine and mine == styles_of_data(saved) else (HEAD,)


def source_of(tokenizer: Tokenizer) -> Tokenizer:
    """Return the tokenizer of the text that the encoder reads: of pairs that of the source side."""
    return tokenizer.source if isinstance(tokenizer, PairTokenizer) else tokenizer


def with_marks(given: dict[str, Tensor], network: nn.Module, marks: int) -> dict[str, Tensor]:
    """Append the network's own vectors of the last ids, the marks that a language model does not have."""
    name = f"{EMBEDDING}vectors.weight"
    if not marks or name not in given:
        return given
    return {**given, name: torch.cat((given[name], network.state_dict()[name][-marks:].to(given[name])))}


def weights_of(folder: RunFolder, parts: tuple[str, ...] = (EMBEDDING, ENCODER)) -> dict[str, Tensor]:
    """Return the weights of these parts, by their names in a network."""
    state = state_of(folder.best)
    names = {name: name.removeprefix("network.") for name in state}
    return {own: state[name] for name, own in names.items() if own.startswith(parts)}


@torch.no_grad()
def take(network: nn.Module, given: dict[str, Tensor], folder: RunFolder, more: tuple[str, ...] = ()) -> None:
    """Copy weights that have a place in the network; embedding, forward layers and `more` are required."""
    own = network.state_dict()
    parts = (EMBEDDING, ENCODER, *more)
    wanted = [n for n in own if n.startswith(parts) and (n in given or BACKWARD not in n)]
    for name in [*wanted, *given]:
        if name not in own or name not in given:
            whose = "this run's network" if name in own else "that run"
            rule = f"the networks differ: only {whose} has {name}"
            raise SettingError("pretrained", folder.path, rule)
        if own[name].shape != given[name].shape:
            mine, theirs = tuple(own[name].shape), tuple(given[name].shape)
            rule = f"the networks differ: {name} is {theirs} in that run and {mine} in this one"
            raise SettingError("pretrained", folder.path, rule)
    for name in reversed(wanted):  # the vectors last: a tied head's weights are the same ones
        own[name].copy_(given[name])


def check_tokenizer(folder: RunFolder, mine: dict[str, Any], setting: str = "pretrained") -> None:
    """Refuse a run whose tokenizer.json has other content.

    Raises:
        SettingError: names the setting that differs and both values, or tokens that differ.
    """
    theirs = read_json(folder.tokenizer)
    learned = ("vocabulary", "library", "trained_on")
    for name in {**mine, **theirs}:
        if name not in learned and mine.get(name) != theirs.get(name):
            rule = f"{setting}={folder.path} needs the tokenizer of that run, which has {theirs.get(name)}"
            raise SettingError(f"tokenizer.{name}", mine.get(name), rule)
    if mine != theirs:
        raise SettingError(setting, folder.path, vocabularies(mine, theirs))


def vocabularies(mine: dict[str, Any], theirs: dict[str, Any]) -> str:
    """Describe how the learned parts of two tokenizers differ."""
    ours, others = entries_of(mine), entries_of(theirs)
    if ours == others:
        return "its tokenizer has learned from other texts: both runs need the same data and text settings"
    differing = [f"{a} and {b}" for a, b in zip(ours, others, strict=False) if a != b][:SHOWN]
    first = f"; the first tokens that differ are {', '.join(differing)}" if differing else ""
    sizes = f"that of this run has {len(ours)} tokens, that of the other {len(others)}{first}"
    return f"its tokenizer is another: {sizes}. Both runs need the same data, text and tokenizer settings"


def entries_of(content: dict[str, Any]) -> list[str]:
    """Return the vocabulary of a tokenizer's file, which of subwords is part of the library's JSON."""
    if "library" not in content:
        return list(content.get("vocabulary") or [])
    found = ((content["library"] or {}).get("model") or {}).get("vocab") or {}
    if isinstance(found, dict):
        return sorted(found, key=found.__getitem__)
    return [str(piece) for piece, _ in found]


def say(folders: list[RunFolder], network: nn.Module, more: tuple[str, ...]) -> None:
    both = any(BACKWARD in name for name in network.state_dict())
    parts = "all weights" if more else "embedding and encoder"
    log.info("pretrained: %s from %s", parts, folders[0].path)
    if both and len(folders) > 1:
        log.info("pretrained: the backward direction from %s", folders[1].path)
    elif both:
        log.info("pretrained: the backward direction keeps its random start; name two runs to start both")


def say_vectors(folders: list[RunFolder], states: list[dict[str, Tensor]]) -> None:
    """Warn if the backward run was trained with other vectors than it will be given."""
    first, second = (state[f"{EMBEDDING}vectors.weight"] for state in states)
    likeness = float(nn.functional.cosine_similarity(first[1:], second[1:]).mean())
    log.info("pretrained: the vectors of the two runs have a mean cosine of %.3f", likeness)
    if likeness < 0.5:
        log.warning(
            "the backward direction was trained on vectors unlike those that it will read: "
            "train its run with pretrained=%s",
            folders[0].path,
        )


def facts_of(folder: RunFolder) -> dict[str, Any]:
    fields = read(folder.path / "result.json")
    return {"run": str(Path(folder.path).absolute()), "metrics": fields.get("metrics", {})}
