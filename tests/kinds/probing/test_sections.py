"""A probe's page from the files of a run, and without them."""

from __future__ import annotations

import json

from rnnlab.kinds.probing.sections import cards, sections
from rnnlab.report.page.files import RunFiles
from rnnlab.report.page.parts import Chart, drawn

PROBE = {
    "name": "parity",
    "unit": "bits",
    "chance": {"4": 0.5, "8": 0.5},
    "longest": 4,
    "test_lengths": [4, 8],
    "steps_to_solve": 1200,
}
METRICS = {
    f"test/{name}_{length}": 1 / length for name in ("accuracy", "solved", "loss") for length in (4, 8)
}
EXAMPLE = {"inputs": ["0", "1"], "targets": [None, "odd"], "answers": [None, "even"], "right": 0, "asked": 1}
MEMORY = {"steps_back": [0, 1], "gradient": [1.0, 0.5], "forgetting": [0.4, 0.2]}


def files(folder, answers):
    result = {"metrics": METRICS, "probe": PROBE, "facts": {"answers": answers}}
    (folder / "result.json").write_text(json.dumps(result))
    (folder / "examples.json").write_text(json.dumps([EXAMPLE]))
    (folder / "memory.json").write_text(json.dumps(MEMORY))
    return RunFiles(folder)


def test_scores_stand_over_length_with_chance_beside_those_that_it_is_of(tmp_path):
    lengths, memory, examples = sections(files(tmp_path, ["even", "odd"]))
    charts = {part.title: part for part in lengths.parts if isinstance(part, Chart)}
    assert set(charts["Accuracy over length"].curves) == {"accuracy", "solved", "chance"}
    assert charts["Accuracy over length"].curves["accuracy"] == ([4, 8], [0.25, 0.125])
    assert set(charts["Loss over length"].curves) == {"loss"}
    assert "solved at step 1,200" in lengths.note
    assert [part.title for part in memory.parts] == ["Gradient through time", "Change by an earlier input"]
    assert examples.parts[0].rows == [["input", "0", "1"], ["target", "·", "odd"], ["answer", "·", "even"]]
    assert all(drawn(one) for one in (lengths, memory, examples))


def test_chance_of_numbers_is_a_loss(tmp_path):
    charts = [part for part in sections(files(tmp_path, []))[0].parts if isinstance(part, Chart)]
    assert [set(chart.curves) for chart in charts] == [{"accuracy", "solved"}, {"loss", "chance"}]


def test_the_cards_are_the_longest_of_training_and_of_the_test(tmp_path):
    found = cards(files(tmp_path, ["even", "odd"]))
    assert [(value, what) for _, value, what in found] == [
        ("0.2500", "test, 4 bits"),
        ("0.1250", "test, 8 bits"),
    ]


def test_a_run_without_its_files_has_empty_sections(tmp_path):
    assert [one.parts for one in sections(RunFiles(tmp_path))] == [[], [], []]
