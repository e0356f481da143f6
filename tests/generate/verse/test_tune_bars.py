from fractions import Fraction

import pytest

from rnnlab.generate.verse.tune_bars import Bars


def read(*lines, meter="4/4"):
    bars = Bars()
    bars.field(f"M:{meter}")
    for line in lines:
        bars.read(line)
    bars.finish()
    return bars


def lengths(bars):
    return [bar.length * 8 for bar in bars.bars]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ABcd efga|A8|", [8, 8]),
        ("A>B c<d e>>f g<<a|", [8]),
        ("(3ABc (3ABc A4|(2AB A|", [8, 4]),
        ("[GB]2 {cd}A2 z4|Z|Z2|", [8, 8, 16]),
        ("|:A8:|:B8:|", [8, 8]),
        ("A8|1 B8:|2 c8||", [8, 8, 8]),
        ("A//A//B/c|", [2]),
        ("", []),
    ],
)
def test_lengths(line, expected):
    bars = read(line)
    assert lengths(bars) == expected
    assert bars.problems == []


def test_five_notes_take_the_time_of_two_or_three():
    assert lengths(read("(5ABcde A6|")) == [8]
    assert lengths(read("(5ABcde A3|", meter="6/8")) == [6]
    assert lengths(read("(3:2:2AB A6|")) == [Fraction(22, 3)]


def test_a_bar_goes_on_in_the_next_line():
    assert lengths(read("ABcd", "efga|A8|]")) == [8, 8]


def test_a_pickup_and_its_other_half():
    assert [bar.right for bar in read("AB|c8|d6:|").bars] == [True, True, True]
    assert [bar.right for bar in read("AB|c8|d5:|").bars] == [True, True, False]
    assert [bar.right for bar in read("ABcde|c8|d3:|").bars] == [False, True, False], "more than half a bar"
    assert [bar.right for bar in read("A8|c7|d8|").bars] == [True, False, True]
    assert [bar.right for bar in read("A8|c9|").bars] == [True, False]


def test_a_meter_that_changes():
    bars = read("[M:3/4]ABcdef|[M:C]A8|")
    assert [bar.right for bar in bars.bars] == [True, True]
    assert [bar.right for bar in read("ABc|A|", meter="none").bars] == [True, True]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("ABcd hfga|", "'h' has no meaning"),
        (">A|", "'>' stands before any note"),
        ("(3AB|", "ends within a broken rhythm or a tuplet"),
        ("ABcdefg>|", "ends within"),
        ("A/0|", "'A/0' has no length"),
        ("[M:4/5]A8|", "M:4/5 is no meter"),
    ],
)
def test_problems(line, problem):
    assert any(problem in said for said in read(line).problems)
