"""N-grams of a classifier: fitted on the train rows, weighted on the validation rows, reported separately."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import torch
from torch import Tensor, nn

from rnnlab.errors import SettingError
from rnnlab.evaluation.temperature import LEAST_ROWS, combined, fit_blend
from rnnlab.kinds.classification.fitted_ngrams import fit_ngrams, texts_of, weights_of
from rnnlab.kinds.classification.ngrams.table import Texts
from rnnlab.kinds.classification.scores import Scored, scores
from rnnlab.kinds.classification.teachers import predicted
from rnnlab.kinds.work import Work

if TYPE_CHECKING:
    from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled, NaiveBayesNgrams

log = logging.getLogger("rnnlab")
TOLD = ("loss", "accuracy", "macro_recall")  # of the n-grams and of the blend


class Ensemble(NamedTuple):
    """A fitted n-gram classifier, and the weights of network and n-grams in their blend (see `combined`).

    Attributes:
        scales: (2,) of the network and of the n-grams.
        facts: plain values for `result.json`.
    """

    ngrams: Any
    scales: Tensor
    facts: dict[str, Any]


def check_rows(work: Work) -> None:
    """Refuse n-grams, before the training, where a class has no train row or no text is there to label.

    Raises:
        SettingError: names the class, or the data.
    """
    settings, data = work.settings, work.data
    if not settings.get("ngrams"):
        return
    if settings.ngrams.get("self_training") and data.unlabelled() is None:
        rule = f"data={settings.data.name} has no texts without labels"
        raise SettingError("ngrams.self_training", True, rule)
    absent = [name for name, count in zip(data.classes, data.class_counts, strict=True) if not count]
    if absent:
        rule = f"each class is told from the rest, and no train row is of class {', '.join(absent)}"
        raise SettingError("ngrams", "naive_bayes", rule)


class Candidate(NamedTuple):
    """N-grams as a candidate for the blend with the network.

    scales: (2,) weights of the network and of the n-grams; parts: (2, N, C) log probabilities of both on the
    held out rows; loss: of their blend there.
    """

    ngrams: NaiveBayesNgrams
    scales: Tensor
    parts: Tensor
    loss: float


def fit_ensemble(work: Work, held: Scored, network: nn.Module) -> Ensemble:
    """Fit n-grams on the train rows, and choose their weight in the blend on the rows that are held out.

    The weights are those of `ngrams.blend`, or of the least loss, in which a class counts as much as in the
    training. With `ngrams.self_training` the n-grams are fitted once more, on the train rows and on the texts
    without labels, which the first blend labels (Yarowsky 1995); the blend of the lower loss is taken.
    """
    from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled

    start, facts, settings = time.monotonic(), {}, work.settings.ngrams
    own = texts_of(work.data, "validation", held.rows, bool(settings.get("characters")))
    seen = Labelled(own, held.labels.numpy())
    chosen = weighed(work, fit_ngrams(work, seen), held, own)
    if settings.get("self_training"):
        labelled = labelled_by(chosen, network, work.data)
        again = weighed(work, fit_ngrams(work, seen, labelled), held, own)
        facts = {**scored(held, chosen, "_first"), **scored(held, again, "_self_trained")}
        chosen = min(chosen, again, key=lambda candidate: candidate.loss)
        facts["self_trained"] = chosen is again
    facts |= {
        "strength": chosen.ngrams.strength,
        "features": chosen.ngrams.features,
        "weight_network": float(chosen.scales[0]),
        "weight_ngrams": float(chosen.scales[1]),
        "seconds": round(time.monotonic() - start, 3),
        **told("val", held, {"": chosen.parts[0]}),
        **scored(held, chosen, ""),
    }
    if not settings.get("blend") and len(held.labels) < LEAST_ROWS:
        facts["kept"] = f"equal weights, as {len(held.labels):,} validation rows are fewer than {LEAST_ROWS}"
    say(facts)
    return Ensemble(chosen.ngrams, chosen.scales, facts)


def weighed(work: Work, ngrams: NaiveBayesNgrams, held: Scored, own: Texts) -> Candidate:
    """Blend n-grams with the network, at given weights, those of lowest loss or, on few rows, equal ones."""
    parts = torch.stack([held.log_probabilities.double(), ngrams.log_probabilities(own)])
    classes = torch.tensor(weights_of(work), dtype=torch.float64)
    given = work.settings.ngrams.get("blend")
    scales = (
        torch.tensor(list(given), dtype=torch.float64) if given else fit_blend(parts, held.labels, classes)
    )
    loss = torch.nn.functional.nll_loss(combined(parts, scales), held.labels, classes)
    return Candidate(ngrams, scales, parts, float(loss))


def scored(held: Scored, candidate: Candidate, ending: str) -> dict[str, Any]:
    """Return the scores of n-grams and of their blend."""
    blend = combined(candidate.parts, candidate.scales)
    return told("val", held, {f"_ngrams{ending}": candidate.parts[1], f"_ensemble{ending}": blend})


def labelled_by(first: Candidate, network: nn.Module, data: Any) -> Labelled:
    """Return the texts without labels, each with the class that the blend finds most probable."""
    from rnnlab.kinds.classification.ngrams.naive_bayes import Labelled

    split = data.unlabelled()
    texts = Texts(split.ids, split.offsets)
    parts = torch.stack([predicted(network, data, split), first.ngrams.log_probabilities(texts)])
    return Labelled(texts, combined(parts, first.scales).argmax(1).numpy())


def say(facts: dict[str, Any]) -> None:
    if "kept" in facts:
        log.info("ngrams: %s", facts["kept"])
    weights = f"weighs {facts['weight_ngrams']:.3f} beside the network's {facts['weight_network']:.3f}"
    log.info(
        "ngrams: %s of them, strength %g, %.0f s; %s",
        f"{facts['features']:,}",
        facts["strength"],
        facts["seconds"],
        weights,
    )
    scored = ", ".join(f"{name} {value:.4f}" for name, value in facts.items() if "accuracy" in name)
    log.info("ngrams: %s", scored)


def blend(ensemble: Ensemble, data: Any, test: Scored) -> tuple[Tensor, dict[str, float]]:
    """Return log probabilities (N, C) of the blend, and the scores of the n-grams alone and of the blend.

    Both are of the test rows that the network predicted.
    """
    ngrams = ensemble.ngrams
    alone = ngrams.log_probabilities(texts_of(data, "test", test.rows, bool(ngrams.characters)))
    both = combined(torch.stack([test.log_probabilities.double(), alone]), ensemble.scales)
    return both, told("test", test, {"_ngrams": alone, "_ensemble": both})


def told(split: str, scored: Scored, predictors: dict[str, Tensor]) -> dict[str, float]:
    """Return the reported scores of predictors (N, C), each name with its predictor's ending."""
    metrics: dict[str, float] = {}
    for ending, log_probabilities in predictors.items():
        classes: Sequence[str] = [str(number) for number in range(log_probabilities.size(1))]
        found = scores(scored._replace(log_probabilities=log_probabilities), classes)
        metrics |= {f"{split}/{name}{ending}": found[name] for name in TOLD}
    return metrics
