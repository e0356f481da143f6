"""Objects of config nodes: parts, and the error of a node inside another."""

from __future__ import annotations

import pytest
from hydra.errors import InstantiationException

from rnnlab.errors import SettingError
from rnnlab.run.build.make import make

PARITY = {"_target_": "rnnlab.data.probe.parity.Parity"}
DATA = {"_target_": "rnnlab.data.probe.data.ProbeData", "name": "probe", "shortest": 3, "longest": 4}


def test_a_node_is_built_with_its_parts():
    data = make({**DATA, "probe": PARITY, "seed": 5}, test_lengths=[4, 8])
    assert data.probe.name == "parity"
    assert (data.seed, data.test_lengths) == (5, [4, 8])


def test_the_error_of_an_inner_node_is_shown_as_it_was_raised():
    inner = {"_target_": "rnnlab.data.probe.word_problem.WordProblem", "group": "A4"}
    with pytest.raises(SettingError, match=r"^probe.group=A4: must be one of S3, S4, S5, A5$"):
        make({**DATA, "probe": inner, "test_lengths": [4]})


def test_a_fault_of_the_program_keeps_its_place():
    inner = {"_target_": "builtins.int", "x": "a"}
    with pytest.raises(InstantiationException, match="full_key: probe"):
        make({**DATA, "probe": inner, "test_lengths": [4]})
