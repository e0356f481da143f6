import json

from rnnlab.report.page.baselines import baselines_line, baselines_section
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.several import set_sections
from rnnlab.report.page.tables import run_table

from .conftest import files

EVIL = "<b>n-grams</b>"


def with_baselines(folder, accuracy, **more):
    """The run with two baselines, one of which says in its name what no page may take for markup."""
    result = json.loads((folder / "result.json").read_text())
    judged = {"judged_by": "test/accuracy", "lower_is_better": False}
    result["baselines"] = {
        "majority class": {"metrics": {"test/accuracy": 0.4}, **judged},
        EVIL: {"metrics": {"test/accuracy": accuracy, "test/loss": 0.7}, **judged},
    }
    (folder / "result.json").write_text(json.dumps(result | more))
    return files(folder)


def test_the_network_stands_among_them_and_says_where_it_is_worse(make_run):
    run = with_baselines(make_run("a", "gru", 1, 0.6), 0.75)
    section = baselines_section(run)
    assert ">gru</th>" in section
    assert ">loss</th>" in section
    assert "worse than &lt;b&gt;n-grams&lt;/b&gt;: accuracy 0.5900 against 0.7500" in section
    assert section.count('class="warn"') == 1
    assert EVIL not in section
    assert 'class="warn"' not in baselines_section(with_baselines(run.path, 0.5))


def test_a_limited_test_says_so_and_a_reason_stands_where_one_is_left_out(make_run):
    run = with_baselines(make_run(), 0.5, limited={"test": {"read": 9, "of": 60, "unit": "rows"}})
    assert "9 of 60 rows" in baselines_section(run)
    left = {"baselines": {"linear n-grams": {"left_out": "too many tokens"}}}
    run = with_baselines(make_run("b"), 0.5, **left)
    assert "linear n-grams left out: too many tokens" in baselines_section(run)
    assert baselines_line(run) == ""


def test_a_run_without_them_has_no_section(make_run):
    assert baselines_section(RunFiles(make_run())) == ""


def test_a_set_of_runs_names_them_once_above_its_rows(make_run):
    runs = [with_baselines(make_run(f"r{seed}", "gru", seed, 0.6), 0.5) for seed in (1, 2)]
    summary = set_sections(runs)[0]
    assert summary.count("majority class 0.4000, &lt;b&gt;n-grams&lt;/b&gt; 0.5000 (accuracy)") == 1
    assert "baselines" not in set_sections([RunFiles(make_run("plain"))])[0]


def test_a_table_for_a_paper_has_their_columns(make_run):
    columns, rows = run_table(with_baselines(make_run(), 0.5))
    assert columns[3:] == ["majority class", EVIL]
    assert {row[0]: row[3:] for row in rows}["accuracy"] == ["0.4000", "0.5000"]
    assert {row[0]: row[3:] for row in rows}["loss (nats)"] == ["", "0.7000"]
