import os

import numpy as np
import pytest

from rnnlab.data.array_file import ArrayFile, save_array


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "i8"])
def test_an_array_written_in_parts_is_read_as_one(tmp_path, kind):
    with ArrayFile(tmp_path / "a.npy", np.dtype(kind)) as file:
        file.write(np.arange(5))
        file.write(np.arange(100, 103))
    assert file.size == 8
    assert (
        file.memory_map().tolist() == np.load(tmp_path / "a.npy").tolist() == [0, 1, 2, 3, 4, 100, 101, 102]
    )
    assert file.memory_map().dtype == kind


def test_a_memory_map_of_a_whole_file_is_stored_without_a_copy(tmp_path):
    with ArrayFile(tmp_path / "a.npy", np.dtype("u1")) as file:
        file.write(np.arange(9))
    save_array(tmp_path / "b.npy", file.memory_map())
    assert os.path.samefile(tmp_path / "a.npy", tmp_path / "b.npy")
    save_array(tmp_path / "part.npy", file.memory_map()[2:5])
    assert np.load(tmp_path / "part.npy").tolist() == [2, 3, 4]
    save_array(tmp_path / "plain.npy", np.arange(3))
    assert np.load(tmp_path / "plain.npy").tolist() == [0, 1, 2]


def test_where_links_fail_it_is_copied(tmp_path, monkeypatch):
    def refuse(*paths):
        raise OSError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    np.save(tmp_path / "a.npy", np.arange(4))
    save_array(tmp_path / "b.npy", np.load(tmp_path / "a.npy", mmap_mode="r"))
    assert np.load(tmp_path / "b.npy").tolist() == [0, 1, 2, 3]
