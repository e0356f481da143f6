"""A forked process is, to whom starts it, what a new one is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import forked
import pytest

SCRIPT = """
import os, sys
import beside
print(beside.NAME, sys.argv[1:], os.getcwd(), os.environ.get("OWN"), __name__, sys.stdin.read())
print("to standard error", file=sys.stderr)
sys.exit(3)
"""
ENDS = {
    "well": "print('done')",
    "with a code": "import sys; sys.exit(7)",
    "with a message": "import sys; sys.exit('no such thing')",
    "by a signal": "import os; os.kill(os.getpid(), 9)",
    "by one that is passed on": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "in an exit function": "import atexit; atexit.register(print, 'at exit'); print('before')",
    "after its threads": "import threading; threading.Timer(0.1, print, ['late']).start(); print('early')",
    "without a word": "import os; print('lost'); os._exit(2)",
}


def both(arguments, **given):
    """Exit code, output and errors of a new process and of a forked one."""
    command = [sys.executable, *arguments]
    done = [start(command, capture_output=True, text=True, **given) for start in (subprocess.run, forked.run)]
    return [(one.returncode, one.stdout, one.stderr) for one in done]


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_it_ends_alike(code):
    new, fork = both(["-c", code])
    assert fork == new


def test_a_script_has_its_own_arguments_folder_environment_and_streams(tmp_path):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "beside.py").write_text("NAME = 'beside'")
    own = {**os.environ, "OWN": "variable"}
    new, fork = both([str(tmp_path / "script.py"), "--a", "b c"], cwd=tmp_path, env=own, input="ünd more")
    assert fork == new
    assert "beside ['--a', 'b c']" in fork[1]


def test_a_module_is_run_and_is_found_in_the_environments_path(tmp_path):
    (tmp_path / "ours.py").write_text("import sys; print(__name__, __file__, sys.argv)")
    new, fork = both(["-m", "ours", "x"], env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert fork == new
    assert fork[0] == 0


def test_an_error_is_printed_with_its_traceback():
    (_, _, new), (code, _, fork) = both(["-c", "def f():\n  1 / 0\nf()"])
    assert code == 1
    assert fork.splitlines()[0] == new.splitlines()[0]
    assert fork.splitlines()[-1] == new.splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_torch_is_there_and_random_numbers_differ():
    code = "import sys, random, numpy; print('torch' in sys.modules, random.random(), numpy.random.rand())"
    first, second = (forked.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in "ab")
    assert first.stdout.startswith("True ")
    assert all(
        one != other for one, other in zip(first.stdout.split()[1:], second.stdout.split()[1:], strict=True)
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGUSR1])
def test_a_signal_arrives(number):
    handled = f"import signal, sys; signal.signal({int(number)}, lambda n, _: sys.exit(n))"
    code = f"{handled}; print(flush=True); input()"
    process = forked.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    process.send_signal(number)
    assert process.wait(30) == number
    process.communicate()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_one_that_is_killed_takes_along_what_it_started():
    code = "import subprocess; print(subprocess.Popen(['sleep', '600']).pid, flush=True); input()"
    process = forked.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    child = Path(f"/proc/{int(process.stdout.readline())}/stat")
    process.kill()
    assert process.wait(30) == -signal.SIGKILL
    deadline = time.monotonic() + 30
    while child.exists() and child.read_text().split()[2] != "Z":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.communicate()
