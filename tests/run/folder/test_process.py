"""Processes that live, have ended, or have only the number of one that has."""

import os
import subprocess
import sys

import pytest

from rnnlab.run.folder.process import BOOT, lives, started

pytestmark = pytest.mark.skipif(not BOOT.exists(), reason="needs /proc")


def test_this_process_lives_and_one_of_its_number_from_another_time_does_not():
    assert lives(os.getpid(), started(os.getpid()))
    assert not lives(os.getpid(), "another-boot:17")


def test_one_that_has_ended_does_not_live():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        start = started(process.pid)
        assert start is not None
        assert lives(process.pid, start)
        process.kill()
        while started(process.pid):  # a process that nobody has waited for is dead as well
            pass
        assert not lives(process.pid, start)
    assert not lives(process.pid, start)


def test_without_a_start_the_number_decides():
    assert lives(os.getpid(), None)
    assert not lives(2**22 + 1, None)
