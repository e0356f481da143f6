"""The template of `rnnlab new`, and its copy under another name."""
