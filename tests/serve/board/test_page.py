"""The page: all in one, with a policy that lets its own style and script through alone."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from rnnlab.serve.board.index import Index
from rnnlab.serve.board.page import SCRIPTS, page, policy

EVIL = '</script><script>alert(1)</script><!-- \u2028 & "'


def hash_of(content):
    return f"'sha256-{b64encode(sha256(content.encode()).digest()).decode()}'"


def test_the_policy_names_this_style_and_this_script(tmp_path):
    found = page(Index(tmp_path).changes(), "runs")
    style = re.search(r"<style>(.*?)</style>", found, re.DOTALL)[1]
    script = re.search(r"<script>(.*?)</script>", found, re.DOTALL)[1]
    assert f"style-src {hash_of(style)};" in policy()
    assert f"script-src {hash_of(script)};" in policy()
    assert "unsafe" not in policy()
    assert not re.search(r'(src|href)="?(https?:)?//|@import|url\(', found)


def test_data_cannot_end_their_element():
    found = page({"runs": [EVIL]}, EVIL)
    assert found.count("<script") == 2
    data = re.search(r'id="data">(.*?)</script>', found, re.DOTALL)[1]
    assert json.loads(data) == {"runs": [EVIL]}
    assert "<title>&lt;/script&gt;" in found


def test_every_script_is_in_the_page():
    folder = files("rnnlab.serve.board").joinpath("page")
    assert {one.name for one in folder.iterdir() if one.name.endswith(".js")} == set(SCRIPTS)
    for name in SCRIPTS:
        lines = folder.joinpath(name).read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 200
