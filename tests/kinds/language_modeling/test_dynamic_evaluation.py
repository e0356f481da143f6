"""Dynamic evaluation against loops written from the paper's equations."""

import pytest
import torch
import torch.nn.functional as F

from rnnlab.data.batch import Window
from rnnlab.kinds.language_modeling.dynamic_evaluation import (
    Adaptation,
    Adapter,
    dynamic_nats,
    gradient_roots,
    segments_of,
)
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.language_model import LanguageModel

DEVICE = torch.device("cpu")


def network(dropout: float = 0.5) -> LanguageModel:
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 5, 5)
    return LanguageModel(7, 5, encoder, dropout=dropout, tie_weights=True).double()


def stream(length: int = 23) -> list[Window]:
    text = torch.randint(1, 7, (1, length + 1), generator=torch.Generator().manual_seed(3))
    first = Window(text[:, :10], text[:, 1:11], torch.tensor([10]), True)
    return [first, Window(text[:, 10:-1], text[:, 11:], torch.tensor([length - 10]), False)]


def segments(length: int = 4, most: int = -1) -> list[Window]:
    return list(segments_of(stream(), length, DEVICE, most))


def by_hand(model, rule, rate, decay, epsilon, roots):
    """Krause et al. 2018, a weight at a time; the loss of a segment is taken before the step."""
    weights, state, total = list(model.parameters()), None, 0.0
    start = [weight.detach().clone() for weight in weights]
    mean = torch.cat([root.flatten() for root in roots]).mean()
    for segment in segments():
        logits, state = model(segment.tokens, state)
        state = tuple(part.detach() for part in state)
        loss = F.cross_entropy(logits[0], segment.targets[0])
        total += loss.item() * segment.targets.size(1)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for weight, first, root in zip(weights, start, roots, strict=True):
                if rule == "sgd":
                    weight += -rate * weight.grad + decay * (first - weight)
                else:
                    pull = (decay * root / mean).clamp(max=1)
                    weight += -rate * weight.grad / (root + epsilon) + pull * (first - weight)
    return total / 23


@pytest.mark.parametrize("rule", ["sgd", "rms"])
def test_it_is_the_papers_loop(rule):
    adaptation = Adaptation(rule, 0.05, 0.3, 0.02)
    roots = gradient_roots(network().eval(), segments())
    nats = dynamic_nats(network(), segments(), adaptation, roots)
    assert nats.tokens == 23
    assert nats.nats / 23 == pytest.approx(by_hand(network().eval(), *adaptation, roots), abs=1e-6)


def test_every_token_is_scored_before_it_is_learned_from():
    one = [Window(*(part[:, :4] for part in stream()[0][:2]), torch.tensor([4]), True)]
    still = dynamic_nats(network(), one, Adaptation("sgd", 1e-12, 0.0))
    wild = dynamic_nats(network(), one, Adaptation("sgd", 100.0, 0.0))
    assert wild.nats == still.nats
    later = [dynamic_nats(network(), segments(), Adaptation("sgd", r, 0.0)).nats for r in (1e-12, 0.1)]
    assert later[0] != later[1]


def test_without_a_rate_it_is_the_plain_stream():
    model = network().eval()
    whole = model(torch.cat([chunk.tokens for chunk in stream()], dim=1)).logits[0]
    loss = F.cross_entropy(whole, torch.cat([chunk.targets for chunk in stream()], dim=1)[0])
    nats = dynamic_nats(network(), segments(), Adaptation("sgd", 0.0, 0.0))
    assert nats.nats / nats.tokens == pytest.approx(loss.item(), abs=1e-6)


def test_the_roots_are_those_of_the_mean_squares():
    model = network().eval()
    squares, state = [0.0] * len(list(model.parameters())), None
    for segment in segments():
        logits, state = model(segment.tokens, state)
        state = tuple(part.detach() for part in state)
        model.zero_grad()
        F.cross_entropy(logits[0], segment.targets[0]).backward()
        squares = [s + p.grad**2 for s, p in zip(squares, model.parameters(), strict=True)]
    for root, square in zip(gradient_roots(model, segments()), squares, strict=True):
        torch.testing.assert_close(root, (square / len(segments())).sqrt(), atol=1e-9, rtol=0)


def test_the_weights_and_the_mode_are_restored_exactly_even_after_an_error():
    model = network().train()
    before = {name: value.clone() for name, value in model.state_dict().items()}

    def broken():
        yield from segments()[:2]
        raise RuntimeError("the text ends here")

    with pytest.raises(RuntimeError, match="ends here"):
        dynamic_nats(model, broken(), Adaptation("sgd", 0.5, 0.0))
    dynamic_nats(model, segments(), Adaptation("sgd", 0.5, 0.1))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert model.training
    assert all(weight.grad is None for weight in model.parameters())


def test_frozen_weights_stay_and_a_tied_one_moves_once():
    model = network()
    model.head.bias.requires_grad_(False)
    adapter = Adapter(model, Adaptation("sgd"))
    assert len(adapter.weights) == len(list(model.parameters())) - 1


def test_segments_cover_the_stream_in_order():
    cut = segments(4)
    assert [segment.tokens.size(1) for segment in cut] == [4, 4, 2, 4, 4, 4, 1]
    assert [segment.fresh for segment in cut] == [True] + [False] * 6
    assert torch.equal(torch.cat([s.tokens for s in cut], 1), torch.cat([c.tokens for c in stream()], 1))
    assert len(segments(4, most=3)) == 3


def test_an_unknown_rule_and_rms_without_roots_are_refused():
    with pytest.raises(ValueError, match="rule=adam must be one of rms, sgd"):
        Adapter(network(), Adaptation("adam"))
    with pytest.raises(ValueError, match="rule=rms needs the roots"):
        Adapter(network(), Adaptation("rms"))
