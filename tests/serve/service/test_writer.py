import pytest

from rnnlab.generate.decoding.settings import Decoding
from rnnlab.generate.fused import engine_of as fastest
from rnnlab.generate.write import write
from rnnlab.serve.service.engine import engine_of
from rnnlab.sweep.best_run import open_run


@pytest.mark.parametrize("engine", ["torch", "onnx"])
@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
@pytest.mark.parametrize("prompt", ["([", ""])
def test_both_engines_write_what_the_run_does_in_parts(language_run, engine, temperature, prompt):
    run = open_run(language_run)
    decoding = Decoding(temperature=temperature, top_p=0.9, repetition_penalty=1.2)
    writer = engine_of(run, engine).write(prompt, 38, decoding, 3)
    pieces = [writer.write(count) for count in (1, 7, 40)]
    whole = write(fastest(run.network), run.tokenizer, [prompt], 38, decoding, seed=3)
    assert prompt + "".join(pieces) == whole[0].text
