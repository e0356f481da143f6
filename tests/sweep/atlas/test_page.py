"""The page of the atlas, and the command that writes it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from rnnlab.cli import main
from rnnlab.sweep.atlas.page import write_page
from rnnlab.sweep.atlas.read import read_atlas
from rnnlab.sweep.atlas.tables import published_table

from .made import run_all
from .test_grid import entry

SECTIONS = "map lengths sizes gradients forgetting budget differences costs numbers".split()  # noqa: SIM905


@pytest.fixture
def place(sweep: Any) -> str:
    return str(run_all(sweep).folder.path)


def test_the_page_has_all_sections_and_needs_no_network(place: str, tmp_path: Path) -> None:
    entries, notes = read_atlas([place], tmp_path)
    write_page(entries, notes, tmp_path / "pages" / "atlas.html")
    page = (tmp_path / "pages" / "atlas.html").read_text()
    assert re.findall(r'<section id="([^"]+)"', page) == SECTIONS
    assert re.findall(r"(?:src|href)=.(?!#|data:)", page) == []
    assert "2 models, 2 probes, 24 trainings" in page
    assert "2 of 3" in page
    assert page.count("<svg") == 2 * 4 + 1


def test_names_of_probes_are_words_and_drawn_rates_have_four_digits(place: str, tmp_path: Path) -> None:
    entries, notes = read_atlas([place], tmp_path)
    entries = [replace(entry, probe="selective_copy" if entry.probe == "s3" else "mqar") for entry in entries]
    write_page(entries[:3], notes, tmp_path / "atlas.html")
    page = (tmp_path / "atlas.html").read_text()
    assert "<figcaption>selective copy</figcaption>" in page
    assert "<figcaption>MQAR</figcaption>" in page
    assert "selective_copy" not in page
    assert re.search(r"optimizer\.lr=0\.\d{3,7}<", page)
    assert not re.search(r"optimizer\.lr=0\.\d{8}", page)
    assert "An empty cell was not run." in page


def test_shorter_trainings_of_tuning_are_said(sweep: Any, tmp_path: Path) -> None:
    made = run_all(sweep, tune=("trainer.max_steps=300",))
    write_page(*read_atlas([str(made.folder.path)], tmp_path), tmp_path / "atlas.html")
    assert "whose accuracies these are, had trainer.max_steps=300." in (tmp_path / "atlas.html").read_text()


def test_a_second_grid_has_sections_of_its_own(sweep: Any, tmp_path: Path) -> None:
    places = [str(run_all(sweep, name, size).folder.path) for name, size in (("one", 0), ("two", 64))]
    entries, notes = read_atlas(places, tmp_path)
    write_page(entries, notes, tmp_path / "atlas.html")
    found = re.findall(r'<section id="([^"]+)"', (tmp_path / "atlas.html").read_text())
    assert found == [*SECTIONS, *(f"{name}-1" for name in SECTIONS)]


def test_the_command_prints_the_table_and_writes_both_files(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [str(tmp_path / "a.html"), str(tmp_path / "a.json")]
    assert main(["atlas", place, "--html", files[0], "--json", files[1]]) == 0
    out = capsys.readouterr().out
    assert "| lstm   | 1.000 2/3 | 1.000 2/3 | 1.000 |" in out
    assert len(json.loads(Path(files[1]).read_text())["entries"]) == 4
    assert main(["atlas", files[1]]) == 0
    assert capsys.readouterr().out == out.split("\nnumbers:")[0] + "\n"


def test_published_figures_stand_beside_ours() -> None:
    made = entry("slstm", (1.0, 0.9), chance={"20": 0.5})
    html = published_table([made])
    assert html.count("<tr>") == 2
    assert "Grazzi et al. 2025" in html
    assert "trained to 20, tested at 20; median of 2 seeds" in html
    assert published_table([entry("lstm")]) == ""


def test_no_sweep_gets_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["atlas", "nothing", "--outputs", str(tmp_path)]) == 2
    assert "holds no sweep" in capsys.readouterr().err
