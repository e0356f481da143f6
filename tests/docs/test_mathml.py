"""Formulas as MathML."""

from __future__ import annotations

from mathml import with_mathml

PAGE = r"""<p><span class="arithmatex">\(h_t\)</span> and</p>
<div class="arithmatex">\[
a &lt; b
\]</div>"""


def test_formulas_become_mathml_without_scripts():
    page = with_mathml(PAGE)
    assert page.count("<math") == 2
    assert "<msub><mi>h</mi><mi>t</mi></msub>" in page
    assert 'display="block"' in page
    assert "<mo>&#x0003C;</mo>" in page
    assert "arithmatex" not in page


def test_a_page_without_formulas_stays_as_it_is():
    assert with_mathml("<p>$5 and $6</p>") == "<p>$5 and $6</p>"
