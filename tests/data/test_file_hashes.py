import os
import time

import pytest

from rnnlab.data import file_hashes as module
from rnnlab.data.file_hashes import file_hashes


@pytest.fixture
def reads(monkeypatch):
    """The paths that were read, in order; files of any size and age count as large and settled."""
    found, read = [], module._read
    monkeypatch.setattr(module, "LARGE", 0)
    monkeypatch.setattr(module, "SETTLED", -1.0)
    monkeypatch.setattr(module, "_read", lambda path: [found.append(path.name), read(path)][1])
    return found


def hash_of(path, cache):
    return file_hashes({"train": path}, cache)["train"]


def test_a_fingerprint_is_of_bytes_and_not_of_names(tmp_path):
    for name, content in (("a", "text"), ("b", "text"), ("c", "other")):
        (tmp_path / name).write_text(content)
    hashes = file_hashes({name: tmp_path / name for name in "abc"})
    assert hashes["a"] == hashes["b"] != hashes["c"]
    assert hashes["a"] == "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"


def test_a_large_file_is_read_once(tmp_path, reads):
    (tmp_path / "a").write_text("text")
    found = [hash_of(tmp_path / "a", tmp_path / "cache") for _ in range(3)]
    assert found == [hash_of(tmp_path / "a", None)] * 3
    assert reads == ["a", "a"]  # the first time, and without a cache


def rewrite(path):
    path.write_text("tent")


def replace(path):
    path.with_name("new").write_text("tent")
    os.replace(path.with_name("new"), path)


def rewrite_and_set_the_time_back(path):
    before = path.stat()
    time.sleep(0.05)  # as long as the clock of the file system may stand still
    path.write_text("tent")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize("change", [rewrite, replace, rewrite_and_set_the_time_back])
def test_a_file_that_was_changed_is_read_again(tmp_path, reads, change):
    path = tmp_path / "a"
    path.write_text("text")
    before = hash_of(path, tmp_path / "cache")
    change(path)
    assert hash_of(path, tmp_path / "cache") == hash_of(path, None) != before


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"path": 1, "state": 2, "sha256": 3}', "other", "short"])
def test_a_damaged_record_is_not_believed(tmp_path, reads, damage):
    path = tmp_path / "a"
    path.write_text("text")
    right = hash_of(path, tmp_path / "cache")
    (record,) = (tmp_path / "cache" / "hashes").iterdir()
    content = record.read_text()
    changed = {"other": content.replace(str(path), "/b"), "short": content.replace(right, right[:-1])}
    record.write_text(changed.get(damage, damage))
    assert hash_of(path, tmp_path / "cache") == right
    assert reads == ["a", "a"]
    assert record.read_text() == content


def test_a_file_that_changes_while_it_is_read_is_not_recorded(tmp_path, reads, monkeypatch):
    path, read = tmp_path / "a", module._read
    path.write_text("text")
    monkeypatch.setattr(module, "_read", lambda path: [read(path), path.write_text("longer")][0])
    hash_of(path, tmp_path / "cache")
    assert not (tmp_path / "cache").exists()


def test_a_file_that_has_just_been_written_is_not_recorded(tmp_path, reads, monkeypatch):
    monkeypatch.setattr(module, "SETTLED", 600.0)
    (tmp_path / "a").write_text("text")
    for _ in range(2):
        hash_of(tmp_path / "a", tmp_path / "cache")
    assert reads == ["a", "a"]


def test_a_cache_that_cannot_be_written_costs_a_reading(tmp_path, reads):
    (tmp_path / "cache").write_text("a file where the folder should be")
    (tmp_path / "a").write_text("text")
    assert hash_of(tmp_path / "a", tmp_path / "cache") == hash_of(tmp_path / "a", None)
    assert reads == ["a", "a"]


def test_small_files_leave_no_record(tmp_path):
    (tmp_path / "a").write_text("text")
    hash_of(tmp_path / "a", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
