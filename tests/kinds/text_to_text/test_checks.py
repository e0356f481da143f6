"""What a config check refuses, in one line that names the setting and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

import rnnlab.run.train.command  # noqa: F401  registers the resolvers
from rnnlab.errors import SettingError
from rnnlab.kinds.lookup import kind_of
from rnnlab.kinds.text_to_text import KIND
from rnnlab.kinds.text_to_text.metrics import MEASURES
from rnnlab.run.config.check import check

OWN = "data.shared_vocabulary=false"
CONF = Path(__file__).parents[3] / "conf"


def composed(*overrides):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("train", overrides=list(overrides))


@pytest.mark.parametrize("task", ["translation", "g2p", "summarization"])
def test_the_tasks_of_this_kind_have_sound_settings(task):
    cfg = composed(f"task={task}")
    assert kind_of(cfg) is KIND
    check(cfg)


def test_a_pointer_tells_the_data_to_keep_words_to_copy():
    cfg = composed("task=summarization", "decoder=pointer")
    check(cfg)
    assert KIND.data_settings(cfg) == {"copies": True}
    assert KIND.data_settings(composed("task=summarization")) == {}


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        (
            ["decoder=pointer", OWN],
            "decoder=pointer: copies words of the source, and needs one vocabulary for both sides: "
            "add data.shared_vocabulary=true",
        ),
        (["task.network.tie_weights=all", OWN], "task.network.tie_weights=all: needs one vocabulary"),
        (
            ["task.network.tie_weights=both"],
            "task.network.tie_weights=both: must be one of",
        ),
        (["decoder.bidirectional=true"], "decoder.bidirectional=True: reads the tokens that it is to write"),
        (["task.mode=min"], "task.mode=min: is the wrong direction of task.monitor=val/bleu: choose max"),
        (
            ["task.monitor=val/blue"],
            "task.monitor=val/blue: is not a metric that task=translation logs\ndid you",
        ),
        (
            ["task.measures=[bleu,blue]"],
            "task.measures=['bleu', 'blue']: must be a list of",
        ),
        (["task.decoding.beam=0"], "task.decoding.beam=0: must be a whole number >= 1 and <= 1000"),
        (
            ["task.decoding.length_penalty=mean"],
            "task.decoding.length_penalty=mean: must be one of none, average, gnmt",
        ),
        (["task.alphas=[-1]"], "task.alphas=[-1]: must be a list of numbers >= 0"),
        (["task.scheduled_sampling=2"], "task.scheduled_sampling=2: must be a number >= 0 and <= 1"),
        (["task.label_smoothing=1"], "task.label_smoothing=1: must be a number >= 0 and < 1"),
        (["task.validation_rows=0"], "task.validation_rows=0: must be a whole number >= 1"),
        (["model=hierarchical", "tokenizer=sentence"], "model=hierarchical: reads whole sentences"),
        (
            ["data.shared_vocabulary=true", "tokenizer@target_tokenizer=char"],
            "target_tokenizer=rnnlab.tokenizer.char.CharTokenizer: gives the target side a",
        ),
    ],
)
def test_a_clash_is_refused_in_one_line(choices, message):
    with pytest.raises(SettingError) as error:
        check(composed("task=translation", *choices))
    assert str(error.value).startswith(message)


def test_the_measures_that_can_be_named_are_those_that_can_be_computed():
    from rnnlab.evaluation.sequence.measures import MEASURES as COMPUTED
    from rnnlab.evaluation.sequence.measures import SENTENCE_ENCODER

    assert set(MEASURES) == set(COMPUTED) - {SENTENCE_ENCODER}  # which needs a model of its own
    for name in MEASURES:
        (metric,) = (metric for metric in KIND.metrics if metric.name == name)
        assert metric.lower_is_better == COMPUTED[name].lower_is_better, name
