import pytest
import torch

from rnnlab.generate.sampling import sample
from rnnlab.opened.run import open_run
from rnnlab.serve.writer import Writer


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
@pytest.mark.parametrize("prompt", ["([", ""])
def test_it_writes_what_sampling_would(language_run, temperature, prompt):
    run = open_run(language_run)
    writer = Writer(run.network, run.tokenizer, prompt, temperature, 3)
    pieces = [writer.write(count) for count in (1, 7, 30)]
    generator = torch.Generator().manual_seed(3)
    whole = sample(run.network, run.tokenizer, prompt, 38, temperature, generator)
    assert prompt + "".join(pieces) == whole
