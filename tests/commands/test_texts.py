"""Texts that are typed or piped in."""

import io

import pytest

from rnnlab.commands.texts import texts_of
from rnnlab.errors import UserError


class Piped(io.TextIOWrapper):
    def __init__(self, content: bytes, terminal: bool = False):
        super().__init__(io.BytesIO(content))
        self.terminal = terminal

    def isatty(self):
        return self.terminal


def test_typed_texts_come_as_they_are(monkeypatch):
    monkeypatch.setattr("sys.stdin", Piped(b"not read\n"))
    assert list(texts_of(["a b", "", "c\n"])) == ["a b", "", "c\n"]


@pytest.mark.parametrize("words", [[], ["-"]])
def test_lines_of_standard_input_are_texts(monkeypatch, words):
    monkeypatch.setattr("sys.stdin", Piped("\ufeffone\r\n\ntwo\u2028 ü\x0c\x85".encode()))
    assert list(texts_of(words)) == ["one", "", "two\u2028 ü\x0c\x85"]


def test_bytes_that_are_not_utf_8_pass(monkeypatch):
    monkeypatch.setattr("sys.stdin", Piped(b"a\xffb\n"))
    assert list(texts_of(["x", "-"])) == ["x", "a\udcffb"]


def test_without_a_text_nobody_waits_for_a_terminal(monkeypatch):
    monkeypatch.setattr("sys.stdin", Piped(b"", terminal=True))
    with pytest.raises(UserError, match="TEXT is missing"):
        list(texts_of([]))
