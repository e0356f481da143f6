"""rnnlab report: pages and tables of runs and sweeps, and what is refused."""

import shutil
from argparse import ArgumentParser
from pathlib import Path

import pytest

from rnnlab.commands import report as report_command
from rnnlab.errors import SettingError, UserError


def report(*typed):
    parser = ArgumentParser()
    report_command.add_options(parser)
    report_command.run(parser.parse_args([str(one) for one in typed]))


@pytest.fixture
def runs(classifier_run, tmp_path):
    """outputs/ with two copies of a run, and a sweep of them."""
    for name in ("imdb/gru/one", "imdb/gru/two", "sweeps/mine/0", "sweeps/mine/1"):
        shutil.copytree(
            classifier_run, tmp_path / "outputs" / name, ignore=shutil.ignore_patterns("report.html")
        )
    (tmp_path / "outputs/sweeps/mine/jobs.csv").write_text("job\n0\n1\n")
    return tmp_path / "outputs"


def test_a_run_s_page_stands_in_its_folder(runs, capsys):
    report("gru/one", "--outputs", runs)
    path = runs / "imdb/gru/one/report.html"
    assert capsys.readouterr().out == f"{path}\n"
    page = path.read_text()
    assert "imdb with bilstm_attention" in page
    assert "95% interval" in page
    assert "<svg" in page


@pytest.mark.parametrize("name", ["sweep:mine", "sweep:last", "mine", "folder"])
def test_a_sweep_s_page_stands_in_its_folder(runs, name, capsys):
    report(runs / "sweeps/mine" if name == "folder" else name, "--outputs", runs)
    assert Path(capsys.readouterr().out.strip()) == (runs / "sweeps/mine/report.html").absolute()
    assert "2 runs" in (runs / "sweeps/mine/report.html").read_text()


def test_several_runs_make_one_page(runs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    report("gru/one", "gru/two", "gru/one", "--outputs", runs)
    assert "2 runs compared" in (tmp_path / "report.html").read_text()
    report("gru/one", "mine", "--outputs", runs, "--output", "deep/three.html")
    assert "3 runs compared" in (tmp_path / "deep/three.html").read_text()


def test_tables_are_printed_and_written(runs, tmp_path, capsys):
    report("gru/one", "--outputs", runs, "--table", "markdown")
    out = capsys.readouterr().out
    assert out.startswith("| test | value | 95 % interval |")
    assert not (runs / "imdb/gru/one/report.html").exists()
    report("mine", "--outputs", runs, "--table", "latex", "--output", tmp_path / "table.tex")
    assert (tmp_path / "table.tex").read_text().startswith("\\begin{tabular}")


def test_the_browser_is_asked_and_its_absence_is_said(runs, capsys, monkeypatch):
    asked = []
    monkeypatch.setattr("webbrowser.open", lambda url: bool(asked.append(url)))
    report("gru/one", "--outputs", runs, "--open")
    assert asked == [(runs / "imdb/gru/one/report.html").absolute().as_uri()]
    assert "open the file by hand" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["nothing"], "is no part of the path of a run"),
        (["gru"], "this is a part of 2 runs"),
        (["sweep:other"], "is no sweep's folder"),
    ],
)
def test_what_is_meant_by_none_or_several_is_refused(runs, typed, said):
    with pytest.raises(SettingError, match=said):
        report(*typed, "--outputs", runs)


def test_a_sweep_without_a_job_is_refused(runs):
    (runs / "sweeps/mine/sweep.yaml").write_text("name: mine\n")
    shutil.rmtree(runs / "sweeps/mine/0")
    shutil.rmtree(runs / "sweeps/mine/1")
    with pytest.raises(SettingError, match="no job yet"):
        report("mine", "--outputs", runs)


def test_a_place_that_cannot_be_written_is_said(runs, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        report("gru/one", "--outputs", runs, "--output", tmp_path / "file" / "report.html")


def test_a_table_of_nothing_is_refused(runs):
    for name in ("one", "two"):
        (runs / f"imdb/gru/{name}/result.json").unlink()
    with pytest.raises(SettingError, match="nothing was measured"):
        report("gru/one", "gru/two", "--outputs", runs, "--table", "markdown")
