from rnnlab.data.augment.keyboard import NEAR, PLACES


def test_every_letter_has_neighbours_and_they_are_mutual():
    assert sorted(PLACES) == list("abcdefghijklmnopqrstuvwxyz")
    for key, keys in NEAR.items():
        assert 2 <= len(keys) <= 6
        assert all(key in NEAR[other] for other in keys)


def test_keys_beside_above_and_below_are_near():
    assert set(NEAR["g"]) == set("fhtyvb")
    assert set(NEAR["a"]) == set("qwsz")
    assert set(NEAR["p"]) == set("ol")
