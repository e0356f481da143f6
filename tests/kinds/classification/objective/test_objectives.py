"""All terms together: what each is, what it costs the graph, and that each can be made small."""

from __future__ import annotations

from functools import partial
from itertools import product
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from rnnlab.data.batch import Batch
from rnnlab.kinds.classification.losses import mean_over_members
from rnnlab.kinds.classification.objective.objectives import Objective
from rnnlab.kinds.classification.objective.virtual_adversarial import divergence, entropy
from rnnlab.kinds.classification.task import Classification
from rnnlab.model.classifier import Classifier
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.ensemble import Ensemble
from rnnlab.model.settings import POOLINGS
from rnnlab.training.scheduler.lr_curve import Constant

TERMS = ("adversarial", "virtual_adversarial", "entropy")


def rows(count: int, width: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    lengths = torch.randint(1, width + 1, (count,), generator=generator)
    lengths[0] = width
    tokens = torch.randint(2, 12, (count, width), generator=generator)
    return tokens.masked_fill(torch.arange(width) >= lengths[:, None], 0), lengths


def batch(unlabelled: bool = True) -> Batch:
    more = rows(3, 7, 1) if unlabelled else (None, None)
    return Batch(*rows(4, 6, 0), torch.tensor([0, 1, 1, 0]), torch.arange(4), *more)


def flat(pooling: str = "mean", bidirectional: bool = True, **settings: Any) -> Classifier:
    torch.manual_seed(0)
    return Classifier(
        12, 4, RecurrentEncoder("lstm", 4, 3, bidirectional=bidirectional), pooling, 2, **settings
    )


def loss(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return mean_over_members(lambda own: F.cross_entropy(own, labels), logits)


class Watched(nn.Module):
    """Takes down the vectors that a network reads."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network, self.seen = network, []

    def embed(self, tokens: Any, lengths: Any) -> Any:
        return self.network.embed(tokens, lengths)

    def from_vectors(self, vectors: Any, lengths: Any) -> Any:
        self.seen.append(vectors.detach().clone())
        return self.network.from_vectors(vectors, lengths)


def test_without_weights_there_are_no_terms():
    assert Objective().names == ()
    assert Objective(entropy=0.5, adversarial=1.0).names == ("labels", "adversarial", "entropy")


@pytest.mark.parametrize("pooling", [name for name in POOLINGS if "dot" not in name])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("scale", ["absolute", "deviation"])
def test_changes_have_their_length_and_leave_padding_alone(pooling, bidirectional, scale):
    network = Watched(flat(pooling, bidirectional, embedding_dropout=0.2))
    one = batch()
    Objective(1.0, 1.0, 0.0, 3.0, scale, 0.2).losses(network, one, loss)
    own, other, near, far, near_other, far_other = (network.seen[n] for n in (0, 1, 3, 4, 5, 6))
    pairs = [(own, network.seen[2], 3.0), (own, near, 0.2), (own, far, 3.0)]
    pairs += [(other, near_other, 0.2), (other, far_other, 3.0)]
    for clean, moved, length in pairs:
        lengths = one.lengths if len(clean) == 4 else one.unlabelled_lengths
        real = (torch.arange(clean.shape[1]) < lengths[:, None]).unsqueeze(-1)
        words = clean[real.squeeze(-1)]
        unit = words.std(dim=0, correction=0) if scale == "deviation" else torch.ones(4)
        change = (moved - clean) / unit
        assert not change[~real.expand_as(change)].any()
        torch.testing.assert_close(
            change.flatten(1).norm(dim=1), torch.full((len(clean),), length), rtol=1e-3, atol=1e-3
        )


@pytest.mark.parametrize("members", [1, 2])
def test_a_teacher_is_followed_by_the_cross_entropy_to_what_it_says(members):
    network = Ensemble([flat() for _ in range(members)]).train() if members > 1 else flat()
    targets = torch.tensor([[0.9, 0.1], [0.5, 0.5], [0.2, 0.8]])
    one = batch()._replace(unlabelled_targets=targets)
    found = Objective(teacher=0.5).losses(network, one, loss)
    logs = network(one.unlabelled_tokens, one.unlabelled_lengths).log_softmax(-1)
    expected = -(targets * logs).sum(-1).mean()
    torch.testing.assert_close(found.parts[1], expected)
    torch.testing.assert_close(found.total, found.parts[0] + 0.5 * expected)


def test_a_teacher_who_has_said_nothing_is_an_error():
    with pytest.raises(RuntimeError, match="no teacher's probabilities"):
        Objective(teacher=1.0).losses(flat(), batch(), loss)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_the_terms_are_the_losses_under_the_changes_that_were_made(dropout):
    network, one = Watched(flat(dropout=dropout)), batch()
    torch.manual_seed(1)
    losses = Objective(0.5, 2.0, 0.25).losses(network, one, loss)
    seen = network.seen
    lengths = [one.lengths, one.unlabelled_lengths, one.lengths, one.lengths, one.lengths]
    lengths += [one.unlabelled_lengths] * 2

    def again(place: int) -> torch.Tensor:
        """Logits of the same vectors with the same draws: those of the labelled rows, or of the others."""
        torch.manual_seed(1)
        if lengths[place] is one.unlabelled_lengths:
            network.network.from_vectors(seen[0], one.lengths)
        return network.network.from_vectors(seen[place], lengths[place])

    clean, others = again(0), again(1)
    both = [divergence(clean, again(4)), divergence(others, again(6))]
    expected = {
        "labels": F.cross_entropy(clean, one.labels),
        "adversarial": F.cross_entropy(again(2), one.labels),
        "virtual_adversarial": torch.cat(both).mean(),
        "entropy": torch.cat([entropy(clean), entropy(others)]).mean(),
    }
    for part, value in zip(losses.parts, expected.values(), strict=True):
        torch.testing.assert_close(part, value)
    weights = (1.0, 0.5, 2.0, 0.25)
    total = sum(weight * value for weight, value in zip(weights, expected.values(), strict=True))
    torch.testing.assert_close(losses.total, total)
    torch.testing.assert_close(losses.logits, clean)


@pytest.mark.parametrize("chosen", [c for c in product((0.0, 1.0), repeat=3) if any(c)])
def test_gradients_are_those_of_the_terms_with_their_changes_held_fixed(chosen):
    network, one = flat("attention"), batch()
    watched = Watched(network)
    torch.manual_seed(1)
    Objective(*chosen).losses(watched, one, loss).total.backward()
    found = {name: p.grad.clone() for name, p in network.named_parameters()}
    network.zero_grad()
    adversarial, virtual, entropic = chosen
    texts = [(one.tokens, one.lengths)]
    texts += [(one.unlabelled_tokens, one.unlabelled_lengths)] if virtual or entropic else []
    vectors = [network.embed(*text) for text in texts]
    clean = [network.from_vectors(v, text[1]) for v, text in zip(vectors, texts, strict=True)]
    place, total = len(texts), loss(clean[0], one.labels)
    if adversarial:
        change = watched.seen[place] - vectors[0].detach()
        total, place = (
            total + loss(network.from_vectors(vectors[0] + change, one.lengths), one.labels),
            place + 1,
        )
    if virtual:
        parts = []
        for v, text, logits in zip(vectors, texts, clean, strict=True):
            moved = network.from_vectors(v + (watched.seen[place + 1] - v.detach()), text[1])
            parts, place = [*parts, divergence(logits.detach(), moved)], place + 2
        total = total + torch.cat(parts).mean()
    if entropic:
        total = total + torch.cat([entropy(logits) for logits in clean]).mean()
    total.backward()
    for name, parameter in network.named_parameters():
        torch.testing.assert_close(found[name], parameter.grad, rtol=1e-4, atol=1e-6)


def test_an_ensemble_changes_each_members_vectors_for_itself():
    members = [flat("mean"), flat("mean")]
    nn.init.normal_(members[1].head.weight)
    one, found = batch(), []
    for network in (members[0], members[1], Ensemble(members)):
        watched = Watched(network)
        Objective(adversarial=1.0).losses(watched, one, loss)
        found.append(watched.seen[1])
    torch.testing.assert_close(found[2], torch.stack(found[:2]))
    losses = Objective(1.0, 1.0, 1.0).losses(Ensemble(members), one, loss)
    losses.total.backward()
    assert all(p.grad is not None for member in members for p in member.parameters())


@pytest.mark.parametrize("frozen", ["from the start", "for now"])
def test_vectors_that_are_not_trained_can_be_changed(frozen):
    network = flat()
    if frozen == "for now":
        network.embedding.frozen = True
    else:
        network.embedding.vectors.weight.requires_grad_(False)
    losses = Objective(1.0, 1.0, 1.0).losses(network, batch(), loss)
    losses.total.backward()
    assert losses.parts[1] > losses.parts[0]
    assert network.embedding.vectors.weight.grad is None or not network.embedding.vectors.weight.grad.any()
    assert network.head.weight.grad.any()


def test_without_other_rows_the_labelled_ones_serve_all_terms():
    network, one = flat(), batch(unlabelled=False)
    losses = Objective(entropy=1.0).losses(network, one, loss)
    torch.testing.assert_close(losses.parts[1], entropy(network(one.tokens, one.lengths)).mean())


def test_adversarial_training_alone_does_not_read_rows_without_labels():
    network = Watched(flat())
    Objective(adversarial=1.0).losses(network, batch(), loss)
    assert [len(vectors) for vectors in network.seen] == [4, 4]


@pytest.mark.parametrize("term", TERMS)
def test_each_term_can_be_made_small(term):
    torch.manual_seed(0)
    network, one = flat("last", embedding_dropout=0.1), batch()
    objective = Objective(**{term: 1.0}, perturbation_norm=1.0)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.02)
    history = []
    for _ in range(60):
        losses = objective.losses(network, one, loss)
        optimizer.zero_grad()
        losses.total.backward()
        optimizer.step()
        history.append([float(part.detach()) for part in losses.parts])
    assert history[-1][0] < 0.5 * history[0][0]
    late = sum(parts[1] for parts in history[-5:]) / 5
    most = max(parts[1] for parts in history)
    assert late < 0.5 * most


def around(network: nn.Module, **settings: Any) -> Classification:
    return Classification(network, partial(torch.optim.SGD, lr=0.1), Constant(), ("no", "yes"), **settings)


def test_the_task_logs_the_total_and_each_term():
    task = around(flat(), objective=Objective(1.0, 1.0, 1.0), label_smoothing=0.1, class_weights=[1.0, 2.0])
    total = task.training_step(batch(), 0)
    means = task.running.epoch()
    names = ["loss", "accuracy", "loss_labels", *(f"loss_{term}" for term in TERMS)]
    assert list(means) == names
    assert means["loss"] == pytest.approx(total.item())
    assert means["loss"] == pytest.approx(sum(means[name] for name in names[2:]))


def test_a_task_without_terms_is_the_plain_one():
    one = batch()
    plain, given = around(flat()), around(flat(), objective=Objective())
    assert torch.equal(plain.training_step(one, 0), given.training_step(one, 0))
    assert list(given.running.epoch()) == ["loss", "accuracy"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"adversarial": -1.0}, "adversarial=-1.0 must be a number >= 0"),
        ({"entropy": float("inf")}, "entropy=inf must be a number >= 0"),
        ({"perturbation_norm": 0.0}, "perturbation_norm=0.0 must be a number > 0"),
        ({"finite_difference": -0.1}, "finite_difference=-0.1 must be a number > 0"),
        ({"perturbation_scale": "words"}, "perturbation_scale=words must be one of deviation, absolute"),
    ],
)
def test_bad_numbers_are_named(settings, message):
    with pytest.raises(ValueError, match=message):
        Objective(**settings)


def test_a_network_that_takes_no_vectors_is_refused():
    with pytest.raises(ValueError, match=r"adversarial=1\.0 needs a network that can be given word vectors"):
        around(nn.Linear(2, 2), objective=Objective(adversarial=1.0))
