"""The board's charts and tables: a curve a run, and every measure in a table that fits."""

import re

from rnnlab.commands.judging.charts import temperature_charts
from rnnlab.commands.judging.material import Entry
from rnnlab.commands.judging.page import GROUPS, write_page


def entries(runs=("a",)):
    """Held-out text, and models of one name at two temperatures."""
    found = [Entry("held-out text", [], measured={"distinct-2": 0.9, "loops": 0.0, "entropy": float("nan")})]
    for number, run in enumerate(runs):
        for heat in (1.0, 0.5):
            measured = {"distinct-2": heat / 2 + number / 10, "entropy": heat, "new measure": 1.0}
            found.append(Entry(f"lstm at {heat:g}", [], run, heat, measured))
    return found


def test_each_measure_of_a_model_is_a_chart_with_the_held_out_text_dashed():
    page = temperature_charts(entries())
    assert re.findall("<figcaption>([^<]+)", page) == ["distinct-2", "entropy"]
    assert page.count('class="guide"') == page.count("dashed: held-out text, 0.9000") == 1
    assert page.count("<circle") == 4
    assert "&quot;name&quot;:&quot;temperature&quot;,&quot;x&quot;:[0.5,1.0]" in page


def test_runs_of_one_model_are_told_apart():
    page = temperature_charts(entries(("first", "second")))
    assert "lstm, first" in page
    assert "lstm, second" in page
    assert page.count('class="line s1"') == 2


def test_no_model_has_no_chart():
    assert temperature_charts(entries(())) == ""


def test_every_measure_is_in_a_table_of_few_columns(tmp_path):
    found = entries()
    copies = [[] for _ in found]
    page = write_page(found, copies, "", tmp_path / "board.html").read_text()
    heads = re.findall(r"<thead><tr>(.*?)</tr>", page)
    assert all(head.count("<th") <= 6 for head in heads)
    for name in ("distinct-2", "loops", "entropy", "new measure"):
        assert sum(f">{name}</th>" in head for head in heads) >= 1
    assert "<img" not in page
    assert max(map(len, GROUPS.values())) <= 5
