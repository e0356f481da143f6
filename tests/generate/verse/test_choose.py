import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.errors import SettingError
from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.verse.choose import check_decoding, choose

SETTINGS = [
    Decoding(),
    Decoding(temperature=0),
    Decoding(top_k=2),
    Decoding(top_p=0.5),
    Decoding(typical=0.4),
    Decoding(min_p=0.3),
]


@pytest.mark.parametrize("decoding", SETTINGS, ids=str)
@given(seed=st.integers(0, 1000))
def test_what_is_not_allowed_never_comes(decoding, seed):
    generator = np.random.default_rng(seed)
    logits = 5 * generator.standard_normal((6, 9))
    allowed = generator.random((6, 9)) < 0.4
    allowed[np.arange(6), generator.integers(0, 9, 6)] = True
    drawn = choose(logits, allowed, decoding, generator)
    assert allowed[np.arange(6), drawn].all()


def test_temperature_0_takes_the_likeliest_that_is_allowed():
    logits = np.array([[3.0, 2.0, 1.0]])
    allowed = np.array([[False, True, True]])
    assert choose(logits, allowed, Decoding(temperature=0), np.random.default_rng(1)) == [1]


def test_draws_follow_the_probabilities():
    logits = np.log(np.tile([0.5, 0.3, 0.2], (20_000, 1)))
    allowed = np.tile([True, True, False], (20_000, 1))
    drawn = choose(logits, allowed, Decoding(), np.random.default_rng(1))
    assert abs((drawn == 0).mean() - 5 / 8) < 0.02


@pytest.mark.parametrize(
    "decoding", [Decoding(repetition_penalty=1.2), Decoding(no_repeat=3), Decoding(stop=("x",))]
)
def test_settings_that_have_no_place(decoding):
    with pytest.raises(SettingError, match="has no place with --form"):
        check_decoding(decoding)


def test_settings_that_have():
    check_decoding(Decoding(temperature=0.7, top_k=5, top_p=0.9, min_p=0.1, typical=0.9, banned=("x",)))
