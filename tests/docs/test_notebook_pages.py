"""Notebooks as pages: text, code, outputs, pictures, folded solutions."""

from __future__ import annotations

import base64
from typing import Any

from notebook_pages import page, plain


def code(source: str, outputs: list[dict[str, Any]], hidden: bool = False) -> dict[str, Any]:
    metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
    return {"cell_type": "code", "source": [source], "metadata": metadata, "outputs": outputs}


def text(*lines: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": list(lines), "metadata": {}}


def test_cells_follow_each_other_below_a_link_to_the_notebook():
    found = page(
        {"cells": [text("# Gates\n", "\n", "What they do."), code("1 + 1", [])]},
        "notebooks/learn/02_gates.md",
    )
    (body,) = found.values()
    assert body.startswith("# Gates\n\n[The notebook itself](02_gates.ipynb)")
    assert body.index("What they do.") < body.index("```python\n1 + 1\n```")


def test_outputs_are_shown_in_their_richest_form():
    picture = {"image/png": base64.b64encode(b"PNG").decode(), "text/plain": ["<Figure>"]}
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["\x1b[1mbold\x1b[0m\n"]},
        {"output_type": "display_data", "data": picture},
        {
            "output_type": "execute_result",
            "data": {"text/html": ["<table>", "</table>"], "text/plain": ["x"]},
        },
        {"output_type": "execute_result", "data": {"text/plain": ["42"]}},
        {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []},
    ]
    found = page({"cells": [text("# T"), code("x", outputs)]}, "notebooks/t.md")
    body = found["notebooks/t.md"]
    assert found["notebooks/t_files/0.png"] == b"PNG"
    assert "![output of the cell above](t_files/0.png)" in body
    assert '<div class="output">\n<table></table>\n</div>' in body
    assert "```{ .text .output }\nbold\n```" in body
    assert "42" in body
    assert "ValueError: no" in body
    assert "<Figure>" not in body


def test_a_hidden_cell_is_folded_with_its_outputs():
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["7\n"]}]
    body = page({"cells": [text("# T"), code("3 + 4", outputs, hidden=True)]}, "notebooks/t.md")[
        "notebooks/t.md"
    ]
    code_of, printed = "    ```python\n    3 + 4\n    ```", "    ```{ .text .output }\n    7\n    ```"
    assert f'??? success "Solution"\n\n{code_of}\n\n{printed}' in body


def test_a_notebook_without_a_title_gets_its_name():
    assert page({"cells": [code("1", [])]}, "notebooks/x.md")["notebooks/x.md"].startswith("# x\n")


def test_a_bar_shows_its_last_state():
    assert plain("10 %\r20 %\r100 %\r\nend") == "100 %\nend"
