"""Baselines are measured once for the same content, and a reason stands where one has no figures."""

import json
import multiprocessing
import time
from typing import NamedTuple

import numpy as np

from rnnlab.kinds.baselines import LeftOut, Measured, digest, measure_all


class Inputs(NamedTuple):
    ids: np.ndarray
    settings: dict


class Mean:
    """A baseline that says in a file how often it was measured."""

    name, version = "mean", 1

    def __init__(self, log=None, pause=0.0):
        self.log, self.pause = log, pause

    def read(self, work):
        if work is None:
            raise LeftOut("there are no data")
        return Inputs(np.asarray(work), {"weight": 1})

    def measure(self, inputs):
        time.sleep(self.pause)
        with self.log.open("a") as file:
            file.write("measured\n")
        return Measured({"mean": float(inputs.ids.mean())}, {"rows": len(inputs.ids)})


def measured(log):
    return len(log.read_text().splitlines())


def ask(log, cache):
    measure_all([Mean(log, 0.5)], [1, 2, 6], cache)


def test_the_same_content_is_measured_once(tmp_path):
    baseline = Mean(tmp_path / "log")
    first = measure_all([baseline], [1, 2, 6], tmp_path)["mean"]
    again = measure_all([baseline], [1, 2, 6], tmp_path)["mean"]
    assert first["metrics"] == again["metrics"] == {"mean": 3.0}
    assert first["chosen"] == again["chosen"] == {"rows": 3}
    assert (first["cached"], again["cached"], measured(baseline.log)) == (False, True, 1)
    measure_all([baseline], [1, 2, 7], tmp_path)
    baseline.version = 2
    measure_all([baseline], [1, 2, 6], tmp_path)
    assert measured(baseline.log) == 3


def test_a_broken_entry_is_measured_again(tmp_path):
    baseline = Mean(tmp_path / "log")
    measure_all([baseline], [1], tmp_path)
    (entry,) = (tmp_path / "baselines").glob("*.json")
    entry.write_text('{"metrics": {')
    assert measure_all([baseline], [1], tmp_path)["mean"]["metrics"] == {"mean": 1.0}
    assert json.loads(entry.read_text())["metrics"] == {"mean": 1.0}


def test_of_processes_that_ask_at_once_one_measures(tmp_path):
    context = multiprocessing.get_context("fork")
    asking = [context.Process(target=ask, args=(tmp_path / "log", tmp_path)) for _ in range(3)]
    for process in asking:
        process.start()
    for process in asking:
        process.join()
    assert [process.exitcode for process in asking] == [0, 0, 0]
    assert measured(tmp_path / "log") == 1


def test_a_reason_stands_in_the_place_of_figures(tmp_path):
    found = measure_all([Mean()], None, tmp_path)["mean"]
    assert found["left_out"] == "there are no data"
    assert "metrics" not in found


def test_without_a_place_to_keep_them_there_are_figures_all_the_same(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    found = measure_all([Mean(tmp_path / "log")], [1], tmp_path / "file")["mean"]
    assert found["metrics"] == {"mean": 1.0}
    assert "cannot be kept" in caplog.text


class Greedy(Mean):
    name = "greedy"

    def measure(self, inputs):
        raise MemoryError


def test_what_the_memory_does_not_hold_is_left_out(tmp_path):
    found = measure_all([Greedy(), Mean(tmp_path / "log")], [1], tmp_path)
    assert found["mean"]["metrics"] == {"mean": 1.0}
    assert found["greedy"]["left_out"] == "the memory does not suffice"
    assert not list((tmp_path / "baselines").glob("*.lock"))


def test_a_digest_is_of_the_content_and_not_of_its_order_in_a_mapping():
    ids = np.arange(4)
    same = digest([ids, {"a": 1, "b": None}])
    assert same == digest((ids.copy(), {"b": None, "a": 1}))
    different = [ids.astype(np.int32), ids.reshape(2, 2), ids + 1]
    found = {digest([other, {"a": 1, "b": None}]) for other in different} | {digest([ids, {"a": 1, "b": 0}])}
    assert len(found | {same}) == 5
    assert digest([[1], [2, 3]]) != digest([[1, 2], [3]])
