"""The length penalty that measures best on the validation rows."""

from __future__ import annotations

import pytest

from rnnlab.generate.sequence.settings import SequenceDecoding
from rnnlab.kinds.text_to_text.choice import Chosen, best_of, deciding


@pytest.mark.parametrize(("name", "expected"), [("bleu", 0.5), ("word_error_rate", 0.0), ("chrf", 0.5)])
def test_the_direction_is_that_of_the_measure(name, expected):
    assert best_of(name, [(0.0, 10.0), (0.5, 20.0), (1.0, 20.0)]) == expected


@pytest.mark.parametrize(
    ("monitor", "expected"), [("val/chrf", "chrf"), ("val/loss", "bleu"), ("val/token_accuracy", "bleu")]
)
def test_the_monitored_measure_decides_or_else_the_first(monitor, expected):
    assert deciding(monitor, ["bleu", "chrf"]) == expected


def test_the_facts_hold_every_setting_and_what_was_tried():
    chosen = Chosen(SequenceDecoding(beam=5, alpha=0.5), "bleu", ((0.0, 10.0), (0.5, 20.0)))
    facts = chosen.facts()
    assert SequenceDecoding(**facts["decoding"]) == chosen.decoding
    assert facts["decoding_choice"] == [{"alpha": 0.0, "bleu": 10.0}, {"alpha": 0.5, "bleu": 20.0}]
