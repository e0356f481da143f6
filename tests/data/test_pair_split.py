"""Splits of pairs: groups on one side, repeated pairs, and pairs that training leaves out."""

import numpy as np
import pytest

from rnnlab.data.pair_settings import PairSpec
from rnnlab.data.pair_split import distinct_pairs, groups_of, notes_on, split_pairs, wrong_pairs
from rnnlab.data.pair_table import PairTable
from rnnlab.errors import SettingError


def table(sources, targets=None, groups=None):
    return PairTable(
        sources, targets or [f"t {s}" for s in sources], groups, list(range(1, len(sources) + 1))
    )


def test_a_held_out_split_shares_no_source_with_train():
    sources = [f"text {number % 40}" for number in range(200)]
    parts, notes = split_pairs(
        {"train": table(sources)}, PairSpec(validation_fraction=0.2, test_fraction=0.2)
    )
    sides = {name: {sources[row] for row in part.rows} for name, part in parts.items()}
    assert sum(len(part.rows) for part in parts.values()) == 200
    assert not sides["train"] & sides["test"]
    assert not sides["train"] & sides["validation"]
    assert not sides["validation"] & sides["test"]
    assert notes[0] == "the test split is 40 rows held out of train (split_seed=0)"


def test_a_group_stays_on_one_side_and_so_does_a_source():
    groups = [f"g{number // 5}" for number in range(200)]
    sources = ["everywhere" if number % 5 == 0 else f"text {number}" for number in range(200)]
    spec = PairSpec(group_column="group", test_fraction=0.2)
    parts, notes = split_pairs({"train": table(sources, groups=groups)}, spec)
    for name in ("validation", "test"):
        mine, theirs = parts[name].rows, np.setdiff1d(np.arange(200), parts[name].rows)
        assert len(mine) > 10
        assert not {sources[row] for row in mine} & {sources[row] for row in theirs}
        own = {groups[row] for row in mine if sources[row] != "everywhere"}
        assert not own & {groups[row] for row in theirs if sources[row] != "everywhere"}
    assert "groups of group kept together" in notes[0]


def test_the_first_characters_of_a_column_can_name_the_group():
    rows = table(["a", "b", "c"], groups=["The game of life", "The Game  of chess", "A tool"])
    first, second, third = groups_of(rows, 8)
    assert first == second != third


def test_without_a_test_split_the_validation_is_read_again():
    parts, notes = split_pairs({"train": table(list("abcdefghij"))}, PairSpec(test_fraction=0))
    assert parts["test"] is parts["validation"]
    assert notes[0].startswith("no rows are held out to test on")


def test_fewer_train_rows_leave_the_other_splits_alone():
    whole = table([f"text {n}" for n in range(100)])
    full, _ = split_pairs({"train": whole}, PairSpec())
    few, notes = split_pairs({"train": whole}, PairSpec(train_rows=20))
    assert len(few["train"].rows) == 20
    assert set(few["train"].rows) < set(full["train"].rows)
    assert (few["test"].rows == full["test"].rows).all()
    assert notes[-1] == "20 of 81 train rows (data.train_rows)"


def test_too_few_sources_to_split_are_an_error():
    with pytest.raises(
        SettingError, match=r"^data.test_fraction=0.1: too few different sources or groups to"
    ):
        split_pairs({"train": table(["same", "Same", "same "])}, PairSpec())


def test_repetitions_of_a_pair_are_left_out():
    found = distinct_pairs(table(["a", "a", "a", "b"], ["1", "2", "1", "1"]), "train")
    assert (found.sources, found.targets, found.rows) == (["a", "a", "b"], ["1", "2", "1"], [1, 2, 4])
    assert found.notes == ("1 of 4 pairs of train repeat an earlier one: left out",)


def test_reasons_to_leave_a_pair_out():
    spec = PairSpec(max_length=10, max_target_length=8, max_ratio=3)
    sources, targets = np.array([5, 11, 5, 0, 3, 9, 9]), np.array([5, 5, 9, 4, 0, 3, 2])
    assert wrong_pairs(sources, targets, spec).tolist() == [-1, 1, 1, 0, 0, -1, 2]
    cut = PairSpec(max_length=10, max_target_length=8, long_sources="cut")
    assert wrong_pairs(sources, targets, cut).tolist() == [-1, -1, 1, 0, 0, -1, -1]


def test_notes_name_the_settings_and_what_is_done():
    spec = PairSpec(max_length=10, max_ratio=3)
    assert notes_on("train", (1, 2, 0), 1000, spec) == [
        "1 of 1,000 train pairs have an empty side: left out of training",
        "2 of 1,000 train pairs are longer than data.max_length=10 or data.max_target_length=100: "
        "left out of training",
    ]
    assert notes_on("test", (0, 0, 4), 50, spec) == [
        "4 of 50 test pairs have a side more than data.max_ratio=3 times as long as the other: kept"
    ]
