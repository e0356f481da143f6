"""The page of the Python API, read from the source."""

from __future__ import annotations

from pathlib import Path

from api_pages import pages, public_names, undocumented

import rnnlab
from rnnlab import public, runtime

ROOT = Path(__file__).parents[2]


def test_the_public_names_are_those_that_import_gives():
    assert set(public_names(ROOT, "rnnlab")) == set(public.NAMES)
    assert set(public_names(ROOT, "rnnlab.runtime")) == set(runtime.__all__)
    assert all(hasattr(rnnlab, name) for name in public.NAMES)


def test_each_has_an_entry_with_signature_and_docstring():
    found = pages(ROOT)
    assert set(found) == {"reference/python/rnnlab.md", "reference/python/rnnlab_runtime.md"}
    page = found["reference/python/rnnlab.md"]
    assert [name for name in public.NAMES if f"## rnnlab.{name}\n" not in page] == []
    assert "### OpenRun.predict" in page
    assert "**Raises**\n\n- `SettingError`" in page
    assert undocumented(ROOT) == []
