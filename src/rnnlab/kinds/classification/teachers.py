"""Distillation: predictions of teachers on texts without labels, for a run with `objective.teacher`.

Shapes: N rows, C classes, K teachers.
"""

from __future__ import annotations

import logging
import time
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.bar import Bar
from rnnlab.errors import SettingError
from rnnlab.evaluation.temperature import LEAST_ROWS, combined, fit_blend
from rnnlab.kinds.classification.check_objective import NGRAMS
from rnnlab.kinds.classification.fitted_ngrams import fit_ngrams, texts_of, weights_of
from rnnlab.kinds.classification.ngrams.table import Texts
from rnnlab.kinds.work import EarlierRun, Work

log = logging.getLogger("rnnlab")
# Settings of data that decide which rows are held out, with the values of runs that do not record them.
SAME = {"split_seed": 0, "split_block": 1, "validation_fraction": None, "test_fraction": None}


class Said(NamedTuple):
    """Log probabilities of one teacher: of the validation rows (N, C), and of those without labels (N, C)."""

    held: Tensor
    more: Tensor


def teach(work: Work) -> dict[str, Any] | None:
    """Give the data the teachers' combined predictions; return facts for `result.json`.

    Several are weighted, and a single one is calibrated, by the least loss on the validation rows; where
    these are few, all have the same weight.

    Raises:
        SettingError: a teacher's run has other data, texts, classes or another tokenizer.
    """
    objective, data = work.settings.objective, work.data
    if not objective.teacher:
        return None
    start, names = time.monotonic(), [str(name) for name in objective.teachers]
    said = [one for name in names for one in said_by(work, name)]
    labels = torch.tensor(data.encoded("validation").labels)
    held = torch.stack([one.held for one in said])  # (K, N, C)
    scales = fit_blend(held, labels, torch.tensor(weights_of(work)))
    data.taught = combined(torch.stack([one.more for one in said]), scales).exp().float().numpy()
    if len(labels) < LEAST_ROWS:
        log.info(
            "teachers: all weigh the same, %d validation rows are fewer than %d", len(labels), LEAST_ROWS
        )
    right = (combined(held, scales).argmax(dim=1) == labels).double().mean().item()
    seconds = round(time.monotonic() - start, 3)
    log.info(
        "teachers: %s, validation accuracy %.4f, %.0f s for %s texts without labels",
        " and ".join(names),
        right,
        seconds,
        f"{len(data.taught):,}",
    )
    return {"names": names, "weights": scales.tolist(), "val/accuracy": right, "seconds": seconds}


def said_by(work: Work, name: str) -> list[Said]:
    """Return one teacher's predictions: of a run that has n-grams, its network and n-grams."""
    return [of_ngrams(work)] if name == NGRAMS else of_run(work, name)


def of_ngrams(work: Work) -> Said:
    """Fit n-grams of tokens on the train rows; the validation rows choose their strength."""
    from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled

    data = work.data
    held, more = texts_of(data, "validation"), data.unlabelled()
    ngrams = fit_ngrams(work, Labelled(held, data.encoded("validation").labels), characters=False)
    return Said(ngrams.log_probabilities(held), ngrams.log_probabilities(Texts(more.ids, more.offsets)))


def of_run(work: Work, name: str) -> list[Said]:
    """Predict with a finished run's network, reading as much of a text as this run, and with its n-grams."""
    earlier, data = work.lab.earlier(name, "objective.teachers"), work.data
    folder = earlier.folder
    check_same(work, earlier)
    network = earlier.network(data.tokenizer, work.facts)
    splits = (data.encoded("validation"), data.unlabelled())
    said = [Said(*(predicted(network, data, split) for split in splits))]
    if folder.ngrams.is_file():
        from rnnlab.kinds.classification.ngrams.stored import load_ngrams

        ngrams = load_ngrams(folder.ngrams)
        if ngrams.characters:
            log.info("teachers: %s by its network alone, its n-grams read characters too", folder.path)
            return said
        alone = (ngrams.log_probabilities(Texts(s.ids, s.offsets)) for s in splits)
        said.append(Said(*map(torch.from_numpy, alone)))
    return said


def check_same(work: Work, earlier: EarlierRun) -> None:
    """Refuse a teacher trained on this run's validation rows, or one that reads its texts otherwise."""
    data, place = work.data, earlier.folder.path
    for key, default in SAME.items():
        own = earlier.settings.data.get(key, default)
        if own != work.settings.data.get(key, default):
            rule = f"that run has data.{key}={own}: other rows are held out"
            raise SettingError("objective.teachers", place, rule)
    earlier.check_tokenizer(data.tokenizer)
    told = earlier.result.get("data") or {}
    for key in ("fingerprint", "classes"):
        if told.get(key) != data.provenance[key]:
            rule = f"that run's data have another {key}: {shown(told.get(key))}, and this run's"
            raise SettingError("objective.teachers", place, f"{rule} {shown(data.provenance[key])}")


def shown(value: Any) -> str:
    return value[:12] if isinstance(value, str) else str(value)


@torch.inference_mode()
def predicted(network: nn.Module, data: Any, split: Any) -> Tensor:
    """Return (N, C) float64 log probabilities of the rows of a split, in their order."""
    found = torch.zeros(len(split.offsets) - 1, data.num_classes, dtype=torch.float64)
    for batch in Bar(data.reading_loader(split), "teacher", unit=" batches", stays=False):
        found[batch.rows] = network(batch.tokens, batch.lengths).double().log_softmax(dim=-1)
    return found
