"""What loggers show of a finished run: its scores beside the baselines', and its gates as a picture."""

from types import SimpleNamespace

import pytest

from rnnlab.report.page.files import RunFiles
from rnnlab.run.folder.open_run import OpenRun
from rnnlab.run.folder.report_files import files_of
from rnnlab.run.folder.run_folder import RunFolder
from rnnlab.run.train import finished_media
from rnnlab.run.train.finished_media import gate_figure, score_rows, show_finished


@pytest.fixture
def shown(monkeypatch):
    """What would be logged, by name, with loggers that show pictures."""
    found = {}
    monkeypatch.setattr(finished_media, "shows_pictures", lambda loggers: True)
    monkeypatch.setattr(
        finished_media, "log_table", lambda loggers, name, table, step: found.update({name: table()})
    )
    monkeypatch.setattr(
        finished_media,
        "log_figure",
        lambda loggers, name, path, step: found.update({name: path.read_bytes()}),
    )
    return found


def test_scores_have_intervals_and_baselines_the_same_columns(classifier_run):
    rows = score_rows(files_of(classifier_run))
    accuracy = next(row for row in rows if row[:2] == ["network", "accuracy"])
    assert accuracy[3] <= accuracy[2] <= accuracy[4]
    assert {len(row) for row in rows} == {5}
    assert len({(row[0], row[1]) for row in rows}) == len(rows)
    assert {row[0] for row in rows} > {"network"}


def test_a_run_of_an_unknown_kind_has_its_final_metrics(tmp_path):
    (tmp_path / "result.json").write_text('{"metrics": {"test/f1": 0.5, "val/loss": 1.0}}')
    assert score_rows(RunFiles(tmp_path)) == [["network", "f1", 0.5, None, None]]


@pytest.mark.parametrize("run", ["classifier_run", "language_run"])
def test_gates_are_drawn_over_a_short_text_of_the_run(run, shown, request):
    folder = RunFolder(request.getfixturevalue(run))
    show_finished([object()], folder, 3)
    assert shown["gates"].startswith(b"\x89PNG")
    assert shown["scores"][0] == ["model", "score", "value", "low", "high"]


def test_a_kind_without_explanations_has_no_picture():
    run = SimpleNamespace(problem=SimpleNamespace(commands=frozenset({"predict"})))
    assert gate_figure(run) is None


def test_a_run_that_left_no_text_has_no_picture(classifier_run, monkeypatch):
    opened = OpenRun(RunFolder(classifier_run))
    monkeypatch.setattr(type(opened.explainer), "example", lambda self: " ")
    assert gate_figure(opened) is None


def test_nothing_is_opened_for_loggers_that_show_nothing(tmp_path):
    show_finished([object()], RunFolder(tmp_path / "none"), 1)


def test_what_cannot_be_drawn_is_a_warning(tmp_path, shown, caplog):
    show_finished([object()], RunFolder(tmp_path), 1)
    assert "the gates cannot be drawn" in caplog.text
