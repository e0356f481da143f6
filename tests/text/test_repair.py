import subprocess
import sys

from rnnlab.text.repair import repair


def test_a_wrong_encoding_is_undone():
    assert repair("donâ€™t, naÃ¯ve") == "don’t, naïve"


def test_what_other_steps_do_is_left_to_them():
    text = "“curly” &amp; e\u0301 \x0b\x1c\x00\r\n"
    assert repair(text) == text


def test_the_steps_import_no_heavy_package():
    heavy = "{'ftfy', 'emoji', 'wordsegment', 'torch'}"
    code = f"import sys, rnnlab.text.cleaner; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
