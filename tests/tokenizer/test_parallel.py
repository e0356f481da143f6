import builtins
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from rnnlab.tokenizer import CharTokenizer
from rnnlab.tokenizer.parallel import available_cores, map_chunks


@pytest.mark.parametrize("workers", [1, 2, None])
@pytest.mark.parametrize("count", [0, 1, 1000, 3456])
def test_results_come_in_order_whatever_the_number_of_processes(workers, count):
    items = list(range(count, 0, -1))
    chunks = map_chunks(sorted, items, workers, "sorting")
    assert chunks == [sorted(items[start : start + 1000]) for start in range(0, count, 1000)]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_a_function_raises_is_raised_here(workers):
    with pytest.raises(TypeError, match="real number"):
        map_chunks(math.sqrt, list(range(3000)), workers, "roots")


def test_a_process_that_dies_is_an_error_and_no_hang():
    with pytest.raises(RuntimeError, match="worker process died with status 1"):
        map_chunks(_unreadable(), list(range(3000)), 2, "dying")


def _unreadable():
    """A function that is sent well and cannot be read: its process dies."""

    class Broken:
        def __reduce__(self):
            return exec, ("raise SystemExit(1)",)

        def __call__(self, chunk):
            return chunk

    return Broken()


def test_what_a_function_prints_does_not_get_between_the_answers(capfd):
    assert map_chunks(builtins.print, ["a"] * 2000, 2, "printing") == [None, None]
    assert "'a'" in capfd.readouterr().err


def test_the_bar_has_its_label_and_ends_full(capfd, terminal):
    map_chunks(sorted, list(range(2500)), 2, "tokenising")
    last = capfd.readouterr().err.strip().split("\r")[-1]
    assert last.startswith("tokenising: 100%")
    assert "2500/2500" in last


def test_processes_do_not_import_the_main_script_again(tmp_path):
    script = tmp_path / "main.py"
    script.write_text(
        "import os, sys\nprint('main imported')\n"
        "from rnnlab.tokenizer.parallel import map_chunks\n"
        "print(map_chunks(len, ['x'] * 2500, 2, 'counting'))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout == "main imported\n[1000, 1000, 500]\n"


def test_no_process_is_left_behind():
    before = children()
    map_chunks(sorted, list(range(3000)), 2, "sorting")
    with pytest.raises(TypeError):
        map_chunks(math.sqrt, list(range(3000)), 2, "roots")
    assert children() == before


def children():
    tasks = Path("/proc/self/task")
    if not tasks.is_dir():
        pytest.skip("needs /proc")
    return sorted(" ".join((task / "children").read_text() for task in tasks.iterdir()).split())


def test_cores_are_those_that_this_process_may_use():
    assert 1 <= available_cores() <= os.cpu_count()


def test_tokenizers_and_text_import_neither_torch_nor_numpy():
    code = (
        "import json, sys, rnnlab.tokenizer, rnnlab.text, rnnlab.tokenizer.worker\n"
        "print(json.dumps([m for m in ('torch', 'numpy', 'pytorch_lightning') if m in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_a_trained_tokenizer_can_be_sent():
    tokenizer = CharTokenizer()
    tokenizer.train(["abc"])
    assert map_chunks(_First(tokenizer), ["cab"] * 1500, 1, "one") == [[4, 2, 3], [4, 2, 3]]


class _First:
    def __init__(self, tokenizer):
        self.tokenizer = tokenizer

    def __call__(self, texts):
        return self.tokenizer.encode(texts[0])
