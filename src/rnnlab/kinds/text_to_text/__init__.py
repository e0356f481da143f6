"""Text to text: a target for each source text, such as its translation, pronunciation or summary."""

from rnnlab.kinds.text_to_text.kind import KIND

__all__ = ["KIND"]
