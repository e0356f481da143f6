"""What a given target gets of its source: equal to the network's own pass over the whole target."""

import numpy as np
import pytest
import torch

from rnnlab.generate.sequence.engine import Source
from rnnlab.generate.sequence_engine import TorchEngine
from rnnlab.kinds.text_to_text.alignment import END, forced, occluded, target_names
from rnnlab.tokenizer.base import UNKNOWN_ID

WORD, TARGET = "fade", "FADE"


@pytest.fixture
def parts(network, letters):
    made, tokenizer = network().eval(), letters.tokenizer
    source = Source(np.array(tokenizer.encode(WORD)))
    return made, TorchEngine(made), source, [*tokenizer.encode_target(TARGET), tokenizer.end_id]


def whole(network, ids, tokens):
    """Log probabilities (T,) and attention (T, S) of one pass over the whole target."""
    targets = torch.tensor([tokens])
    with torch.no_grad():
        lengths = torch.tensor([len(ids)])
        found = network(torch.tensor([ids]), lengths, network.inputs_of(targets))
    logs = found.scores[0].log_softmax(1).gather(1, targets.T).squeeze(1)
    return logs.numpy(), found.attention[0].numpy()


def test_a_forced_target_has_the_log_probabilities_and_attention_of_the_whole_pass(parts):
    network, engine, source, tokens = parts
    found = forced(engine, [source, source], tokens)
    logs, attention = whole(network, source.ids.tolist(), tokens)
    assert found.logs == pytest.approx(np.stack([logs, logs]), abs=1e-5)
    assert found.attention[1] == pytest.approx(attention, abs=1e-5)
    assert found.attention.sum(2) == pytest.approx(np.ones((2, 5)), abs=1e-5)


def test_occlusion_is_the_fall_of_each_log_probability_without_a_source_token(parts):
    network, engine, source, tokens = parts
    found = occluded(engine, source, tokens)
    assert found.shape == (5, 4)
    hidden = source.ids.tolist()
    hidden[2] = UNKNOWN_ID
    expected = whole(network, source.ids.tolist(), tokens)[0] - whole(network, hidden, tokens)[0]
    assert found[:, 2] == pytest.approx(expected, abs=1e-5)


def test_an_occluded_token_cannot_be_copied_either():
    class Copier:
        """Writes each copy id with the probability of its share of the source."""

        begin_id = 5

        def encode(self, sources):
            return np.stack([source.copies for source in sources])

        def step(self, tokens, position, count=0):
            shares = np.stack([(position == number).mean(1) for number in range(9)], 1)
            logs = np.log(np.maximum(shares, 1e-9))
            return type("Out", (), {"logs": logs, "attention": None, "position": position})

    source = Source(np.array([1, 2]), np.array([7, 8]), 1)
    assert occluded(Copier(), source, [7])[0] == pytest.approx([np.log(0.5 / 1e-9), 0])
    assert forced(Copier(), [source], [7]).attention is None


def test_target_tokens_have_names_copied_words_and_the_end_among_them(letters):
    tokenizer = letters.tokenizer
    tokens = [tokenizer.encode_target("B")[0], tokenizer.target_size + 1, tokenizer.end_id]
    assert target_names(tokenizer, tokens, ["one", "two"]) == ["B", "two", END]
