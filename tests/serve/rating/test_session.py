import pytest

from rnnlab.errors import SettingError
from rnnlab.serve.rating.session import following, rater_of, session


def test_each_rater_has_an_order_of_his_own_which_stays(plan):
    ada, bo = ([(one.comparison.id, one.swapped) for one in session(plan, name)] for name in ("Ada", "Bo"))
    assert ada != bo
    assert {identity for identity, _ in ada} == {identity for identity, _ in bo}
    assert ada == [(one.comparison.id, one.swapped) for one in session(plan, "Ada")]
    assert sum(swapped for _, swapped in ada) == 6


def test_what_is_meant_is_what_was_shown(plan):
    for one in session(plan, "Ada"):
        meant = {"first": one.comparison.first.text, "second": one.comparison.second.text}
        assert meant[one.meant("left")] == one.left
        assert meant[one.meant("right")] == one.right
        assert one.meant("neither") == "neither"


def test_the_next_is_the_first_that_is_not_answered(plan):
    shown = session(plan, "Ada")
    assert following(shown, {shown[0].comparison.id}) == shown[1]
    assert following(shown, {one.comparison.id for one in shown}) is None


@pytest.mark.parametrize("name", ["", "  ", "a" * 41, "a\nb", "\x00"])
def test_a_name_that_is_none_is_refused(name):
    with pytest.raises(SettingError, match="--rater"):
        rater_of(name)
    assert rater_of(" Ada ") == "Ada"
