"""The loop: it learns what there is to learn, repeats to the last bit, and says when it cannot."""

import numpy as np
import pytest
import torch

from rnnlab.data.batching import BucketSampler
from rnnlab.data.cache import Split
from rnnlab.data.documents import Documents
from rnnlab.errors import Diverged, SettingError
from rnnlab.kinds.classification.pretraining.learn import Learner, batches, learn
from rnnlab.kinds.classification.pretraining.regions import RegionPretraining, weights_of
from rnnlab.model.classifier import Classifier
from rnnlab.model.embedding import Pretrained
from rnnlab.model.encoder import RecurrentEncoder

CPU = torch.device("cpu")


def texts(count: int = 60) -> Split:
    """Each text repeats one pair of words, so that what comes next can be told."""
    ids = np.concatenate([np.tile([2 + 2 * (n % 3), 3 + 2 * (n % 3)], 10) for n in range(count)])
    rows = np.arange(count)
    return Split(ids, np.arange(count + 1) * 20, rows * 0, rows, "train", 0)


def network(bidirectional: bool = True, pretrained: Pretrained | None = None) -> Classifier:
    torch.manual_seed(0)
    encoder = RecurrentEncoder("lstm", 6, 8, bidirectional=bidirectional)
    return Classifier(8, 6, encoder, "mean", 2, pretrained=pretrained)


def settings(**more) -> RegionPretraining:
    small = {"region": 4, "every": 2, "window": 19, "batch_tokens": 100, "lr": 1e-2, "sample": 0.0}
    return RegionPretraining(**{**small, "epochs": 20, "dropout": 0.0, **more})


@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("bfloat16", [True, False])
def test_it_learns_down_to_what_a_pair_of_words_leaves_open(bidirectional, bfloat16):
    found = learn(network(bidirectional), texts(), settings(), CPU, bfloat16)
    assert len(found["start"]) == 1 + bidirectional
    assert found["start"] == pytest.approx([np.log(6)] * len(found["start"]), abs=1e-3)
    assert found["end"] == pytest.approx([np.log(2)] * len(found["end"]), abs=0.1)


def test_it_repeats_and_changes_embedding_and_encoder_alone():
    first, second, before = network(), network(), network().state_dict()
    for one in (first, second):
        torch.manual_seed(3)
        learn(one, texts(9), settings(epochs=1), CPU, False)
    for name, value in second.state_dict().items():
        torch.testing.assert_close(value, first.state_dict()[name], rtol=0, atol=0)
        assert torch.equal(value, before[name]) == (name not in weights_of(first)), name


def test_vectors_that_are_not_to_be_trained_stay():
    frozen = network(pretrained=Pretrained(torch.randn(8, 6), freeze=True))
    before = frozen.embedding.vectors.weight.clone()
    learn(frozen, texts(9), settings(epochs=1), CPU, False)
    assert torch.equal(frozen.embedding.vectors.weight, before)


def test_a_loss_that_is_no_number_ends_it():
    broken = network()
    with torch.no_grad():
        next(broken.encoder.parameters()).fill_(float("nan"))
    with pytest.raises(Diverged, match=r"regions became nan .* a smaller pretraining\.lr"):
        learn(broken, texts(9), settings(epochs=1), CPU, False)


@pytest.mark.parametrize(
    ("warmup", "shares"),
    [(0.25, [0.01, 0.505, 1.0, 1 - 0.98 / 6, 1 - 0.98 * 5 / 6]), (0.0, [1.0, 0.8775, 0.755, 0.6325, 0.1425])],
)
def test_the_rate_rises_and_falls_to_a_fiftieth(warmup, shares):
    learner = Learner(network(), texts(), settings(warmup=warmup), 8, False)
    rates = []
    for batch in batches(*whole_text(), 8):
        rates.append(learner.optimizer.param_groups[0]["lr"] / 1e-2)
        learner.step(batch, CPU)
    assert [rates[step] for step in (0, 1, 2, 3, 7)] == pytest.approx(shares)
    assert learner.schedule.get_last_lr() == pytest.approx([2e-4])


def whole_text() -> tuple[Documents, BucketSampler]:
    pieces = Documents(texts(), 19)
    return pieces, BucketSampler(pieces.lengths, len(pieces))


def test_texts_of_one_word_have_no_regions():
    ids, rows = np.array([2, 3, 4]), np.arange(3)
    single = Split(ids, np.arange(4), rows * 0, rows, "train", 0)
    with pytest.raises(SettingError, match=r"pretraining=regions.* two tokens .* none of 3"):
        learn(network(), single, settings(), CPU, False)
