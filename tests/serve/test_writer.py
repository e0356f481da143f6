import pytest
import torch

from rnnlab.export.write import export
from rnnlab.generate.sampling import sample
from rnnlab.opened.run import open_run
from rnnlab.runtime import open_model
from rnnlab.serve.writer import StreamWriter, TorchWriter


@pytest.mark.parametrize("temperature", [0.0, 0.7, 1.5])
@pytest.mark.parametrize("prompt", ["([", ""])
def test_it_writes_what_sampling_would(language_run, temperature, prompt):
    run = open_run(language_run)
    writer = TorchWriter(run.network, run.tokenizer, prompt, temperature, 3)
    pieces = [writer.write(count) for count in (1, 7, 30)]
    generator = torch.Generator().manual_seed(3)
    whole = sample(run.network, run.tokenizer, prompt, 38, temperature, generator)
    assert prompt + "".join(pieces) == whole


def test_it_streams_what_the_exported_model_writes(language_run, tmp_path):
    export(open_run(language_run), tmp_path / "model")
    model = open_model(tmp_path / "model")
    writer = StreamWriter(model, "([", 38, 0.7, 3)
    assert "([" + "".join(writer.write(count) for count in (1, 7, 40)) == model.generate("([", 38, 0.7, 3)
