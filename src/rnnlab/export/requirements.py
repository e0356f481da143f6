"""The optional packages that exports need."""

from __future__ import annotations

from rnnlab.errors import UserError


def needs_onnx() -> None:
    """Check that the extra is installed.

    Raises:
        UserError: it is missing; the error names the package and the command that installs it.
    """
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
    except ImportError as error:
        raise UserError(f'{error.name} is not installed: pip install "rnnlab[export]"') from error
