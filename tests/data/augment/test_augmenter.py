import pickle

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.augmenter import STEPS, Augmenter
from rnnlab.errors import SettingError

STRENGTHS = {name: 2 if name == "window" else 0.5 for name in STEPS}
IDS = st.lists(st.integers(1, 15), min_size=1, max_size=25).map(np.array)
MARKS = (6, 7)  # <url> and <s>


@given(ids=IDS, seed=st.integers(0, 99), pick=st.sampled_from(["one", "all"]))
def test_rows_are_never_empty_stay_in_the_vocabulary_and_keep_their_marks(tokenizer, table, ids, seed, pick):
    augmenter = Augmenter(tokenizer, table, **STRENGTHS, pick=pick)
    result = augmenter(ids.astype(np.uint8), np.random.default_rng(seed))
    assert len(result) >= 1
    assert result.min() >= 1
    assert result.max() < tokenizer.vocab_size
    assert [(result == mark).sum() for mark in MARKS] == [(ids == mark).sum() for mark in MARKS]


@given(ids=IDS)
def test_nothing_asked_for_changes_nothing(tokenizer, ids):
    augmenter = Augmenter(tokenizer)
    assert not augmenter.active
    assert augmenter(ids, np.random.default_rng(0)).tolist() == ids.tolist()


@pytest.mark.parametrize("step", STEPS)
def test_each_step_works_alone(tokenizer, table, step):
    augmenter = Augmenter(tokenizer, table, **{step: STRENGTHS[step]})
    ids = np.array(tokenizer.encode("good film ! awful plot . great actor fine film . bad film ."))
    changed = [augmenter(ids, np.random.default_rng(seed)).tolist() != ids.tolist() for seed in range(20)]
    assert augmenter.active
    assert any(changed)
    assert augmenter.needs_neighbours == (step in {"replacement", "insertion"})


def test_the_probability_is_that_of_a_row_to_be_changed(tokenizer):
    ids = np.arange(8, 16)
    augmenter = Augmenter(tokenizer, swap=0.1, probability=0.3)
    changed = [(augmenter(ids, np.random.default_rng(seed)) != ids).any() for seed in range(1000)]
    assert abs(np.mean(changed) - 0.3) < 0.05
    assert not Augmenter(tokenizer, swap=0.1, probability=0.0).active


def test_one_step_is_drawn_or_all_are_taken(tokenizer):
    ids = np.arange(8, 16)
    rows = {}
    for pick in ("one", "all"):
        augmenter = Augmenter(tokenizer, word_dropout=1.0, sentences=1.0, deletion=1.0, pick=pick)
        rows[pick] = {tuple(augmenter(ids, np.random.default_rng(seed)).tolist()) for seed in range(30)}
    assert rows["all"] == {(1,)}
    assert {len(row) for row in rows["one"]} == {1, 8}
    assert (1,) * 8 in rows["one"]


def test_the_same_generator_makes_the_same_row_in_another_process_too(tokenizer, table):
    augmenter = Augmenter(tokenizer, table, **STRENGTHS)
    copy = pickle.loads(pickle.dumps(augmenter))
    ids = np.arange(2, 16)
    rows = [one(ids, np.random.default_rng(5)).tolist() for one in (augmenter, copy, augmenter)]
    assert rows[0] == rows[1] == rows[2]


def test_without_a_table_what_needs_one_is_refused(tokenizer):
    augmenter = Augmenter(tokenizer, insertion=0.1)
    assert augmenter.needs_neighbours
    with pytest.raises(ValueError, match="neighbours=None: insertion and replacement need the table"):
        augmenter(np.array([8]), np.random.default_rng(0))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"swap": 1.5}, "augment.swap=1.5: must lie between 0 and 1"),
        ({"probability": -0.1}, "augment.probability=-0.1: must lie between 0 and 1"),
        ({"window": 1.5}, "augment.window=1.5: must be a whole number, 0 or more"),
        ({"window": -1}, "augment.window=-1: must be a whole number, 0 or more"),
        ({"pick": "on"}, "augment.pick=on: must say how many steps a row gets\ndid you mean one?"),
        ({"mixup": -1}, "augment.mixup=-1: must be 0 or more"),
        ({"mixup_level": "hiden"}, "augment.mixup_level=hiden: must be what is mixed\ndid you mean hidden?"),
    ],
)
def test_settings_out_of_range_are_refused(tokenizer, setting, message):
    with pytest.raises(SettingError) as caught:
        Augmenter(tokenizer, **setting)
    assert str(caught.value).startswith(message)


def choices():
    from pathlib import Path

    return sorted((Path(__file__).parents[3] / "conf/augment").glob("*.yaml"))


@pytest.mark.parametrize("path", choices(), ids=lambda path: path.stem)
def test_every_choice_names_every_number(path, tokenizer):
    settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    settings.pop("_target_")
    assert set(settings) == {*STEPS, "probability", "pick", "mixup", "mixup_level"}
    augmenter = Augmenter(tokenizer, **settings)
    assert augmenter.active == (path.stem not in {"none", "mixup"})
    assert (augmenter.mixup > 0) == (path.stem in {"mixup", "strong"})
