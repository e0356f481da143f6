"""Tables for a paper or a README."""

from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.tables import latex, markdown, run_table, set_table

from .conftest import files


def test_markdown_escapes_bars():
    assert markdown((["a", "b|c"], [["x\ny", "1"]])) == "| a | b\\|c |\n| --- | ---: |\n| x y | 1 |\n"


def test_latex_escapes_what_latex_reads():
    table = latex((["a_b", "%"], [["50 & 60 $#{}~^\\", "0.5 ± 0.1"]]))
    assert table.startswith("\\begin{tabular}{lr}\n\\toprule\na\\_b & \\% \\\\\n\\midrule\n")
    assert r"50 \& 60 \$\#\{\}\textasciitilde{}\textasciicircum{}\textbackslash{} & 0.5 $\pm$ 0.1 \\" in table
    assert table.endswith("\\bottomrule\n\\end{tabular}\n")


def test_a_run_s_rows_have_intervals(make_run):
    columns, rows = run_table(files(make_run()))
    assert columns == ["test", "value", "95 % interval"]
    value = float(rows[0][1])
    low, high = map(float, rows[0][2].split(" to "))
    assert rows[0][0] == "accuracy"
    assert low < value < high


def test_a_language_model_has_what_it_measured(language_folder):
    assert ["test/bits_stream", "2.0000"] in run_table(files(language_folder))[1]


def test_a_set_s_rows_are_settings(make_run):
    runs = [RunFiles(make_run(f"{m}{s}", m, s, 0.6 + s / 100)) for m in ("gru", "lstm") for s in (1, 3)]
    columns, rows = set_table(runs)
    assert columns[:3] == ["model", "seeds", "test accuracy"]
    assert [row[:3] for row in rows] == [["gru", "2", "0.6100 ± 0.1271"], ["lstm", "2", "0.6100 ± 0.1271"]]


def test_nothing_finished_has_no_row(tmp_path):
    assert set_table([RunFiles(tmp_path)])[1] == []
