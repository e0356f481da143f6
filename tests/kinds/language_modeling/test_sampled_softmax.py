"""The softmax over candidates: what is drawn, and what its loss tends to."""

import math

import pytest
import torch
import torch.nn.functional as F

from rnnlab.kinds.language_modeling.sampled_softmax import SampledSoftmax, candidate_loss


def layer(vocab: int = 9, size: int = 4):
    torch.manual_seed(0)
    features = torch.randn(6, size, dtype=torch.float64)
    return (
        features,
        torch.randint(1, vocab, (6,)),
        torch.randn(vocab, size).double(),
        torch.randn(vocab).double(),
    )


def test_with_every_token_as_a_candidate_it_is_the_full_softmax():
    features, targets, weight, bias = layer()
    none = torch.zeros(9), torch.zeros(6)
    loss = candidate_loss(features, targets, weight, bias, torch.arange(9), none)
    full = F.cross_entropy(features @ weight.T + bias, targets)
    assert loss.item() == pytest.approx(full.item(), abs=1e-6)


def test_the_loss_is_that_of_its_formula():
    features, targets, weight, bias = layer()
    softmax, candidates = SampledSoftmax(3, 9), torch.tensor([1, 2, 5])
    chances = torch.tensor([math.log((i + 1) / i) / math.log(9) for i in range(1, 9)]).double()
    assert chances.sum().item() == pytest.approx(1, abs=1e-6)
    expected = torch.cat([torch.ones(1).double(), 1 - (1 - chances) ** 3])
    scores = (features @ weight.T + bias) - expected.log()
    wanted = []
    for row, target in enumerate(targets.tolist()):
        among = {target, *candidates.tolist()}
        wanted.append(torch.logsumexp(scores[row, sorted(among)], 0) - scores[row, target])
    corrections = softmax.log_expected(candidates), softmax.log_expected(targets)
    loss = candidate_loss(features, targets, weight, bias, candidates, corrections)
    assert loss.item() == pytest.approx(torch.stack(wanted).mean().item(), abs=1e-5)


def test_candidates_are_drawn_as_often_as_expected():
    torch.manual_seed(0)
    softmax, counts = SampledSoftmax(5, 20), torch.zeros(20)
    for _ in range(4000):
        drawn = softmax.draw(torch.device("cpu"))
        assert len(drawn) == len(set(drawn.tolist())) <= 5
        counts[drawn] += 1
    assert counts[0] == 0
    torch.testing.assert_close(
        counts[1:] / 4000, softmax.log_expected(torch.arange(1, 20)).exp(), atol=0.03, rtol=0
    )


def test_the_sum_over_candidates_is_on_average_that_over_all():
    torch.manual_seed(0)
    scores, softmax = torch.randn(30), SampledSoftmax(8, 30)
    sums = []
    for _ in range(4000):
        drawn = softmax.draw(torch.device("cpu"))
        sums.append((scores[drawn] - softmax.log_expected(drawn)).exp().sum())
    assert torch.stack(sums).mean().item() == pytest.approx(scores[1:].exp().sum().item(), rel=0.05)


def test_it_is_least_at_the_full_distribution():
    torch.manual_seed(0)
    shares = torch.tensor([0.0, 0.4, 0.1, 0.3, 0.2])
    targets = torch.repeat_interleave(torch.arange(5), (shares * 200).long())
    weight, softmax = torch.zeros(5, 1), SampledSoftmax(2, 5)
    bias = torch.nn.Parameter(torch.zeros(5))
    optimizer = torch.optim.Adam([bias], lr=0.02)
    mean = torch.zeros(5)
    for step in range(1500):
        optimizer.zero_grad()
        softmax(torch.ones(len(targets), 1), targets, weight, bias).backward()
        optimizer.step()
        mean += bias.detach() if step >= 750 else 0
    torch.testing.assert_close((mean / 750)[1:].softmax(0), shares[1:], atol=0.03, rtol=0)


@pytest.mark.parametrize("draws", [0, 9])
def test_too_few_and_too_many_are_refused(draws):
    with pytest.raises(ValueError, match=f"sampled_softmax={draws} must be at least 1 and less than the voc"):
        SampledSoftmax(draws, 9)
