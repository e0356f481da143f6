"""Files larger than a buffer: every vector is found wherever a buffer ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.embedding import lines, opening
from rnnlab.embedding.layout import HEAD, layout_of
from rnnlab.embedding.lines import read_binary, read_text
from rnnlab.embedding.opening import opened

WORD = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Z"]), min_size=1, max_size=8)
VECTORS = st.dictionaries(
    WORD.map(lambda word: f"w{word}"),
    st.lists(st.floats(-(2.0**60), 2.0**60, width=32, allow_subnormal=False), min_size=3, max_size=3),
    min_size=1,
    max_size=30,
)


@given(vectors=VECTORS, buffer=st.integers(1, 40), newline=st.booleans())
def test_binary_vectors_are_found_wherever_a_buffer_ends(
    tmp_path_factory: pytest.TempPathFactory, vectors: dict[str, list[float]], buffer: int, newline: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "vectors.bin"
    end = b"\n" if newline else b""
    rows = [word.encode() + b" " + np.array(row, "<f4").tobytes() + end for word, row in vectors.items()]
    path.write_bytes(f"{len(rows)} 3\n".encode() + b"".join(rows))
    wanted = {word.encode() for word in vectors}
    with pytest.MonkeyPatch.context() as patch, opened(path, None, bar=False) as file:
        patch.setattr(lines, "BUFFER", buffer)
        layout = layout_of(path.read_bytes()[:HEAD], path, "binary")
        found = {word.decode(): vector.tolist() for word, vector in read_binary(file, layout, wanted, path)}
    assert found == vectors


@given(vectors=VECTORS, header=st.booleans(), trailing=st.booleans())
def test_text_vectors_are_found(
    tmp_path_factory: pytest.TempPathFactory, vectors: dict[str, list[float]], header: bool, trailing: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "vectors.txt"
    rows = [" ".join([word, *map(repr, row)]) + (" " if trailing else "") for word, row in vectors.items()]
    path.write_bytes("\n".join([f"{len(rows)} 3"] * header + rows).encode())
    layout = layout_of(path.read_bytes()[:HEAD], path)
    assert layout == (3, len(rows) if header else None, False)
    wanted = {word.encode() for word in vectors}
    with opened(path, None, bar=False) as file:
        found = {word.decode(): vector.tolist() for word, vector in read_text(file, layout, wanted, path)}
    assert found == vectors


def test_only_what_is_wanted_is_parsed(tmp_path: Path) -> None:
    path = tmp_path / "vectors.txt"
    path.write_text("a 1 2\nb broken line\nc 5 6\n")
    with opened(path, None, bar=False) as file:
        entries = list(read_text(file, layout_of(b"a 1 2\nc 5 6\n", path), {b"c"}, path))
    assert [(entry.word, entry.vector.tolist()) for entry in entries] == [(b"c", [5, 6])]


def test_the_bar_ends_at_the_files_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, terminal: None
) -> None:
    monkeypatch.setattr(lines, "TICK", 2)
    path = tmp_path / "vectors.txt"
    path.write_text("a 1 2\n" * 50)
    with opening.opened(path, None) as file:
        list(read_text(file, layout_of(b"a 1 2\n", path), {b"a"}, path))
    shown = capsys.readouterr().err
    assert "reading vectors.txt: 100%" in shown
    assert "300/300" in shown
