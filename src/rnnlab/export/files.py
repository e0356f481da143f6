"""File names of an exported folder."""

MODEL, TOKENIZER, SETTINGS, CARD = "model.onnx", "tokenizer.json", "runtime.json", "README.md"
FORMAT = 1  # of runtime.json and of the graph's inputs and outputs


def graph_file(name: str) -> str:
    """Return the file of a further graph, such as `encoder`."""
    return f"{name}.onnx"
