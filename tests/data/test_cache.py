import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from rnnlab.data.cache import Corpus, Split, key_of, open_corpus, store
from rnnlab.tokenizer import WordTokenizer


def corpus(rows=3):
    tokenizer = WordTokenizer(min_count=1)
    tokenizer.train(["a b c"])
    ids, offsets = np.arange(2 * rows, dtype=np.uint8) % 5, np.arange(0, 2 * rows + 1, 2)
    split = Split(ids, offsets, np.arange(rows) % 2, np.arange(rows), "train", 1)
    return Corpus(tokenizer, {"train": split, "test": split}, ["no", "yes"], ["a note"])


def test_what_was_stored_is_read_back_memory_mapped(tmp_path):
    store(tmp_path / "sub" / "key", corpus())
    loaded = open_corpus(tmp_path / "sub" / "key")
    assert loaded.tokenizer.encode("c b") == [4, 3]
    assert (loaded.classes, loaded.notes) == (["no", "yes"], ["a note"])
    split = loaded.splits["test"]
    assert (split.file, split.empty, split.lengths.tolist()) == ("train", 1, [2, 2, 2])
    for array in ("ids", "offsets", "labels", "rows"):
        assert np.array_equal(getattr(split, array), getattr(corpus().splits["test"], array))
    assert split.ids.dtype == np.uint8
    assert isinstance(split.ids.base, np.memmap)


def test_nothing_stored_is_none(tmp_path):
    assert open_corpus(tmp_path / "none") is None


@pytest.mark.parametrize("harm", ["truncate", "remove", "empty", "meta"])
def test_a_damaged_folder_is_not_used_and_is_replaced(tmp_path, harm):
    place = tmp_path / "key"
    store(place, corpus())
    target = place / ("meta.json" if harm == "meta" else "test.ids.npy")
    if harm == "remove":
        target.unlink()
    else:
        target.write_bytes({"truncate": target.read_bytes()[:-2], "empty": b"", "meta": b"{"}[harm])
    assert open_corpus(place) is None
    store(place, corpus(5))
    assert len(open_corpus(place).splits["test"].labels) == 5


def test_the_first_of_two_builds_stays(tmp_path):
    store(tmp_path / "key", corpus(3))
    store(tmp_path / "key", corpus(5))
    assert len(open_corpus(tmp_path / "key").splits["train"].labels) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


SCRIPT = """
import sys, time
import numpy as np
from pathlib import Path
from rnnlab.data import cache
from rnnlab.tokenizer import WordTokenizer
folder, pause = Path(sys.argv[1]), float(sys.argv[2])
save = np.save
def slow_save(path, array):
    save(path, array)
    print("saved", path.name, flush=True)
    time.sleep(pause)
cache.np.save = slow_save
rows = np.arange(200)
split = cache.Split(np.zeros(200, np.uint8), np.arange(201), rows, rows)
cache.store(folder, cache.Corpus(WordTokenizer(), {"train": split, "test": split}))
print("done", len(cache.open_corpus(folder).splits["test"].labels))
"""


def start(folder, pause):
    command = [sys.executable, "-c", SCRIPT, str(folder), str(pause)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_processes_may_build_at_once(tmp_path):
    processes = [start(tmp_path / "key", 0.05) for _ in range(2)]
    for process in processes:
        out, err = process.communicate(timeout=60)
        assert out.endswith("done 200\n"), err
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_build_that_is_killed_leaves_nothing_that_is_used(tmp_path):
    process = start(tmp_path / "key", 20)
    assert process.stdout.readline() == "saved train.ids.npy\n"
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert open_corpus(tmp_path / "key") is None
    (left,) = tmp_path.iterdir()
    store(tmp_path / "key", corpus())
    assert open_corpus(tmp_path / "key") is not None
    long_ago = time.time() - 2 * 86_400
    os.utime(left, (long_ago, long_ago))
    store(tmp_path / "other", corpus())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key", "other"]


def test_the_key_changes_with_content_and_not_with_order():
    key = key_of({"a": 1, "b": [1, 2]})
    assert key == key_of({"b": [1, 2], "a": 1})
    assert len({key, key_of({"a": 2, "b": [1, 2]}), key_of({"a": 1, "b": [2, 1]}), key_of({"a": 1})}) == 4
