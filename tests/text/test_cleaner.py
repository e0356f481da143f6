import json
import pickle

import pytest

from rnnlab.errors import SettingError
from rnnlab.text.cleaner import Cleaner


def test_steps_run_in_their_own_order_and_not_in_that_of_the_settings():
    cleaner = Cleaner({"whitespace": True, "html_entities": True, "html_breaks": True})
    assert cleaner("a<br />&lt;br&gt;&nbsp; b") == "a\n<br> b"
    assert [name for name, _ in cleaner.trace("")] == ["html_breaks", "html_entities", "whitespace"]


def test_a_step_that_is_off_or_not_named_does_nothing():
    assert Cleaner({"html_breaks": False})("a<br />  b") == "a<br />  b"


def test_trace_ends_with_what_the_cleaner_gives():
    cleaner = Cleaner({"newlines": True, "whitespace": True})
    assert cleaner.trace("a\r\n b ") == [("newlines", "a\n b "), ("whitespace", "a\nb")]
    assert cleaner("a\r\n b ") == "a\nb"


def test_it_survives_pickling():
    cleaner = Cleaner({"html_breaks": True, "whitespace": True})
    again = pickle.loads(pickle.dumps(cleaner))
    assert again("a<br>b  c") == "a\nb c"
    assert again.settings() == cleaner.settings()


def test_settings_are_plain_json_and_equal_for_what_does_the_same():
    cleaner = Cleaner({"whitespace": True, "newlines": True, "unicode": False})
    assert json.loads(json.dumps(cleaner.settings())) == cleaner.settings()
    assert cleaner.settings() == Cleaner({"newlines": True, "whitespace": True}).settings()
    assert cleaner.settings() != Cleaner({"newlines": True}).settings()


def test_an_unknown_step_names_the_nearest_one():
    with pytest.raises(
        SettingError, match=r"text.steps.html_break=True: no such step\ndid you mean html_breaks\?"
    ):
        Cleaner({"html_break": True})


@pytest.mark.parametrize("value", ["yes", 1, None, "words"])
def test_an_unknown_mode_names_those_that_there_are(value):
    with pytest.raises(
        SettingError, match=rf"text.steps.newlines={value}: no such mode\nthere are: false, true"
    ):
        Cleaner({"newlines": value})
