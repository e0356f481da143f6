"""Labels of texts, by torch or by an exported graph. Nothing heavy is imported here. C labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from rnnlab.data.truncation import Truncation
from rnnlab.evaluation.label_thresholds import Thresholds
from rnnlab.kinds.row_answers import TextAnswers, exported_network, network_of
from rnnlab.kinds.row_evaluation import answered

FIELDS = {"labels": list[str], "probabilities": dict[str, float]}


class LabelAnswers(TextAnswers):
    """The labels of each text above their thresholds, the most probable first, and all probabilities."""

    classes: tuple[str, ...] = ()

    @classmethod
    def made(cls, network: Any, names: Sequence[str], chosen: Thresholds, *parts: Any) -> LabelAnswers:
        """Answer with a network; `parts` are cleaner, tokenizer and truncation."""
        found = cls(network, partial(answer_of, tuple(names), chosen), FIELDS, *parts)
        found.classes = tuple(names)
        found.columns = ("labels", *(f"probability_{name}" for name in names), "note")
        return found

    def probabilities(self, texts: Sequence[str], progress: bool = False) -> np.ndarray:
        """Return the probability of each label (N, C) of N texts."""
        found = [list(answer["probabilities"].values()) for answer in answered(self, texts, progress)]
        return np.array(found).reshape(len(texts), len(self.classes))

    def cells(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        shares = {f"probability_{name}": share for name, share in answer["probabilities"].items()}
        return {"labels": "; ".join(answer["labels"]), **shares, "note": answer["note"]}

    def shown(self, answer: Mapping[str, Any]) -> dict[str, str]:
        chances = answer["probabilities"]
        ranked = sorted(chances, key=chances.__getitem__, reverse=True)
        named = [name for name in ranked if name not in answer["labels"]][:1]
        said = ", ".join(f"{name} {chances[name]:.4f}" for name in answer["labels"])
        return {
            "labels": said or "(none)",
            "next": ", ".join(f"{name} {chances[name]:.4f}" for name in named),
        }


def answer_of(names: Sequence[str], chosen: Thresholds, logits: np.ndarray) -> dict[str, Any]:
    """Return the answer to a row from its logits (C,)."""
    chances = chosen.probabilities(logits)
    flags = chosen.flags(chances)
    ranked = [place for place in np.argsort(-chances, kind="stable").tolist() if flags[place]]
    return {
        "labels": [names[place] for place in ranked],
        "probabilities": dict(zip(names, chances.tolist(), strict=True)),
    }


def of_run(run: Any, chosen: Thresholds) -> LabelAnswers:
    """Answer with a finished run's network."""
    return LabelAnswers.made(network_of(run), run.classes, chosen, run.cleaner, run.tokenizer, run.shape)


def of_export(exported: Any) -> LabelAnswers:
    """Answer with an exported graph."""
    settings = exported.settings
    read = [settings[name] for name in ("max_length", "truncation", "head_fraction")]
    shape = Truncation(*read)._replace(separator=settings.get("separator"))
    chosen = Thresholds(tuple(settings["thresholds"]), settings["temperature"])
    parts = (exported.cleaner, exported.tokenizer, shape)
    return LabelAnswers.made(exported_network(exported), settings["classes"], chosen, *parts)
