import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.data.augment.typo import NEAR, PLACES, typo


def test_every_letter_has_neighbours_and_they_are_mutual():
    assert sorted(PLACES) == list("abcdefghijklmnopqrstuvwxyz")
    for key, keys in NEAR.items():
        assert 2 <= len(keys) <= 6
        assert all(key in NEAR[other] for other in keys)


def test_keys_beside_above_and_below_are_near():
    assert set(NEAR["g"]) == set("fhtyvb")
    assert set(NEAR["a"]) == set("qwsz")
    assert set(NEAR["p"]) == set("ol")


def slips(word):
    """All that one slip can make of a word, by kind."""
    places = range(len(word))
    return {
        "near": {word[:i] + key + word[i + 1 :] for i in places for key in NEAR.get(word[i], "")},
        "dropped": {word[:i] + word[i + 1 :] for i in places},
        "doubled": {word[:i] + word[i] + word[i:] for i in places},
        "transposed": {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in places[:-1]},
    }


@given(word=st.text("abcxyzé", min_size=2, max_size=9), seed=st.integers(0, 999))
def test_a_word_has_one_slip(word, seed):
    assert typo(word, np.random.default_rng(seed)) in set.union(*slips(word).values())


def test_every_slip_is_made():
    rng = np.random.default_rng(0)
    assert {typo("word", rng) for _ in range(2000)} == set.union(*slips("word").values())


def test_capitals_stay_capitals():
    rng = np.random.default_rng(0)
    assert all(typo("WORD", rng).isupper() for _ in range(100))
