"""Bars: in a terminal they move, in a pipe or a file there is none."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
import termios

from rnnlab.bar import Bar
from rnnlab.tokenizer.parallel import map_chunks
from rnnlab.training.callback.progress_bar import EpochBar

COUNTED = "from rnnlab.tokenizer.parallel import map_chunks; map_chunks(len, ['a'] * 9, 1, 'counting')"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_no_bar_and_loses_no_item(monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    assert not Bar.in_terminal()
    assert list(Bar(range(3), "counting")) == [0, 1, 2]
    with Bar(total=5, unit=" texts") as bar:
        bar.update(2)
        bar.set_postfix_str("two")
    assert map_chunks(len, ["a"] * 9, 1, "counting") == [9]
    shown = EpochBar()
    shown.enable()  # Lightning may ask for it; a pipe stays a pipe
    assert not shown._shown
    assert sys.stderr.getvalue() == ""


def test_a_terminal_gets_one(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert list(Bar(range(3), "counting", unit=" items")) == [0, 1, 2]
    assert "\rcounting: 100%" in sys.stderr.getvalue()


def test_without_a_standard_error_nothing_breaks(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)  # as of a program without a console
    assert list(Bar(range(3))) == [0, 1, 2]


def test_a_process_knows_its_pseudo_terminal_from_its_pipe():
    piped = subprocess.run([sys.executable, "-c", COUNTED], capture_output=True, check=True)
    assert (piped.stdout, piped.stderr) == (b"", b"")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    with subprocess.Popen([sys.executable, "-c", COUNTED], stderr=theirs) as process:
        os.close(theirs)
        written = b""
        try:
            while piece := os.read(ours, 4096):
                written += piece
        except OSError:  # what Linux says where the other end has been closed
            pass
        finally:
            os.close(ours)
        assert process.wait() == 0
    assert b"\rcounting:" in written
