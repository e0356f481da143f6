"""Errors of entities: each entity is in exactly one of them."""

from hypothesis import given
from hypothesis import strategies as st

from rnnlab.evaluation.entities import Span, spans_of
from rnnlab.evaluation.entity_errors import CORRECT, matches, type_confusion

TAGS = st.lists(st.tuples(*[st.sampled_from(["O", "B-x", "I-x", "B-y", "I-y"])] * 2), max_size=10)


def named(true, predicted):
    return [match.name for match in matches(spans_of(true.split()), spans_of(predicted.split()))]


def test_each_kind_of_error():
    assert named("B-x I-x O", "B-x I-x O") == ["correct"]
    assert named("B-x I-x O", "O O O") == ["missed"]
    assert named("O O O", "B-x I-x O") == ["spurious"]
    assert named("B-x I-x O", "B-y I-y O") == ["wrong type"]
    assert named("B-x I-x O", "B-x O O") == ["wrong boundary"]
    assert named("B-x I-x O", "B-y O O") == ["wrong type and boundary"]


def test_an_entity_pairs_with_the_nearest_of_two():
    assert named("B-x I-x I-x", "B-y B-x I-x") == ["wrong boundary", "spurious"]
    assert named("B-x B-x", "B-x I-x") == ["wrong boundary", "missed"]


@given(TAGS)
def test_every_entity_is_matched_once(tags):
    true, predicted = (spans_of([pair[side] for pair in tags]) for side in (0, 1))
    found = matches(true, predicted)
    assert sorted(match.true for match in found if match.true) == sorted(true)
    assert sorted(match.predicted for match in found if match.predicted) == sorted(predicted)
    assert sum(match.name == CORRECT for match in found) == len(set(true) & set(predicted))
    assert all(match.true or match.predicted for match in found)


def test_the_confusion_of_types_has_a_row_and_a_column_for_none():
    found = matches(spans_of(["B-x", "O", "B-y", "O", "B-y"]), spans_of(["B-y", "B-x", "B-y", "O", "O"]))
    assert type_confusion(found, ["x", "y"]).tolist() == [[0, 1, 0], [0, 1, 1], [1, 0, 0]]
    assert found[0].true == Span("x", 0, 1)
