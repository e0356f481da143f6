"""Run folders made by hand, as the tests of commands have them."""

from ...commands.conftest import make_run

__all__ = ["make_run"]
