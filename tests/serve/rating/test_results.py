import math

import pytest

from rnnlab.evaluation.groups import wilson
from rnnlab.serve.rating.answers import Answer, Results, create
from rnnlab.serve.rating.plan import REAL
from rnnlab.serve.rating.results import summarize, summary
from rnnlab.serve.rating.show_results import text_of


@pytest.fixture
def results(plan, tmp_path):
    create(tmp_path / "rating.jsonl", plan)
    found = Results(tmp_path / "rating.jsonl")
    yield found
    found.close()


def answers_of(plan, rater, choose):
    return [Answer(one.id, rater, choose(one), choose(one), "first", "now") for one in plan.comparisons]


def for_real(one):
    return "first" if one.first.source == REAL else "second" if one.second.source == REAL else "neither"


def test_wins_are_counted_and_a_cannot_say_is_half(plan):
    found = summarize(plan, answers_of(plan, "Ada", for_real))
    assert found.rows[0][:3] == (REAL, 8, 8)
    assert {(row.wins, row.comparisons) for row in found.rows[1:]} == {(2, 8)}  # four ties, four losses
    assert (found.rows[0].low, found.rows[0].high) == wilson(8, 8)
    assert found.rows[0].strength > found.rows[1].strength == pytest.approx(found.rows[2].strength)
    assert found.raters == {"Ada": 12}


def test_agreement_is_of_those_who_answered_the_same(plan):
    alike = answers_of(plan, "Ada", for_real) + answers_of(plan, "Bo", for_real)
    assert summarize(plan, alike).agreement == 1
    assert summarize(plan, answers_of(plan, "Ada", for_real)).agreement is None


def test_no_answer_is_no_number(results):
    found = summary(results.path)
    assert all(math.isnan(row.win_rate) and math.isnan(row.strength) for row in found.rows)
    assert (found.raters, found.pairs) == ({}, 12)
    assert "none yet" in text_of(found)


def test_summary_reads_the_file_and_the_terminal_shows_it(results, plan):
    for answer in answers_of(plan, "Ada", for_real):
        results.add(answer)
    text = text_of(summary(results.path))
    assert "Ada 12" in text
    assert "real text     8   8  100.0 %" in text
