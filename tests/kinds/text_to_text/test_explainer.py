"""Explanations of outputs: attention and occlusion of the run's own output, or of a given one."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest

from rnnlab.errors import SettingError
from rnnlab.explain.attribution import explain_text
from rnnlab.explain.look import look
from rnnlab.kinds.text_to_text.explainer import SequenceExplainer
from rnnlab.model.decoder.none import PlainDecoder
from rnnlab.model.encoder import RecurrentEncoder
from rnnlab.model.encoder_decoder import EncoderDecoder


@pytest.fixture
def opened(letters):
    """opened(network) -> what explanations ask of an `OpenRun`."""

    def make(network):
        run = SimpleNamespace(
            network=network.eval(),
            cleaner=letters.cleaner,
            tokenizer=letters.tokenizer,
            shape=letters.evaluation_shape,
            facts=letters.facts,
            result={},
            settings={"task": {"decoding": {"beam": 2, "max_extra": 4}}},
            folder=SimpleNamespace(path=None),
            data=lambda: letters,
            classes=(),
        )
        run.explainer = SequenceExplainer(run)
        return run

    return make


def test_attention_is_that_of_the_written_output(network, letters, opened):
    run = opened(network())
    found = explain_text(run, "fade")
    assert found.method == "attention"
    assert found.tokens == list("fade")
    assert found.outputs[-1] == "<end>"
    assert found.label == "".join(found.outputs[:-1])
    assert np.sum(found.weights, 1) == pytest.approx(np.ones(len(found.outputs)), abs=1e-5)
    assert found.scores == pytest.approx(np.mean(found.weights, 0))
    assert found.probability == pytest.approx(np.exp(found.outcome))


def test_a_given_target_is_explained_instead(network, opened):
    found = explain_text(opened(network()), "fade", "occlusion", "FA")
    assert found.label == "FA"
    assert found.outputs == ["F", "A", "<end>"]
    assert found.signed
    assert found.scores == pytest.approx(np.sum(found.weights, 0))


def test_a_sheet_has_the_grid_and_the_output_on_top(network, opened):
    sheet = look(opened(network()), "fade", "all").sheet()
    assert [grid.name for grid in sheet.grids] == [
        "attention, output by source",
        "occlusion, output by source",
    ]
    assert "log probability" in sheet.title


def test_a_decoder_without_attention_says_so_and_has_occlusion(letters, opened):
    tokenizer = letters.tokenizer
    marks = (tokenizer.target_size, tokenizer.begin_id, tokenizer.end_id)
    decoder = partial(PlainDecoder, cell="gru", hidden_size=24)
    run = opened(EncoderDecoder(tokenizer.vocab_size, 16, RecurrentEncoder("gru", 16, 24), decoder, *marks))
    assert explain_text(run, "fade").method == "occlusion"
    with pytest.raises(SettingError, match="decoder=none has no attention; it has occlusion"):
        explain_text(run, "fade", "attention")


def test_an_unread_text_is_explained_as_the_unknown_token(network, opened):
    found = explain_text(opened(network()), "!?")
    assert len(found.weights[0]) == len(found.tokens)


def test_texts_of_the_run_are_there_for_units(network, letters, opened):
    assert len(opened(network()).explainer.pieces(None)) == len(letters.inputs("test"))
