"""What a kind hands over as plain data is drawn, and escaped."""

import json

from rnnlab.kinds.base import Kind
from rnnlab.kinds.metric import Metric
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.parts import Chart, Markup, Section, Table, Words, drawn
from rnnlab.report.page.write import write_report

from .conftest import EVIL


def test_charts_and_tables_stand_side_by_side_and_words_are_escaped():
    table = Table(["a", "b"], [["x", EVIL]], "both")
    chart = Chart("error", "step", "mae", {"one": ([0, 1], [1.0, 0.5]), "two": ([0, 1], [2.0, 1.0])})
    page = drawn(Section("own", "Own", [table, table, chart, Words(EVIL), Markup("<b>x</b>")], EVIL), "run1-")
    assert page.startswith('<section id="run1-own">')
    assert page.count("<table") == 2
    assert page.count('class="beside"') == page.count('class="charts"') == 1
    assert page.count('class="line s') == 2
    assert "<script" not in page
    assert page.count("<b>x</b>") == 1


def test_a_section_without_parts_is_left_out():
    assert drawn(Section("own", "Own", [])) == ""
    assert drawn(Section("own", "Own", [Table(["a"], [])])) == ""


class Regression(Kind):
    name, noun = "regression", "a regression"
    metrics = (Metric("mae", lower_is_better=True, unit="Hz", decimals=2), Metric("r2"))


def test_a_kind_that_declares_metrics_alone_has_cards_and_a_table(tmp_path):
    metrics = {"val/mae": 0.4, "test/r2": 0.91234, "test/mae": 1234.5678}
    fields = {"status": "finished", "task": "hz", "model": {"name": "gru"}, "metrics": metrics}
    (tmp_path / "result.json").write_text(json.dumps(fields))
    page = write_report(RunFiles(tmp_path, Regression()), tmp_path / "report.html").read_text()
    assert '<div class="value">1,234.57</div>' in page
    assert "Hz</td>" in page
    assert page.index("1,234.57</td>") < page.index("0.9123</td>")
