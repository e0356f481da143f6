"""Settings of probes: the message of a value outside its range."""

from __future__ import annotations

import pytest

from rnnlab.data.probe.settings import checked
from rnnlab.errors import SettingError


def test_a_valid_value_is_returned():
    assert checked("group", "S3") == "S3"


def test_a_wrong_value_names_its_setting_and_rule():
    with pytest.raises(SettingError, match=r"probe.sizes.laptop.shortest=0: must be a whole number"):
        checked("sizes.laptop.shortest", 0)
