import subprocess
import sys

CODE = """
import sys
import rnnlab.data.batch
print([m for m in ("pytorch_lightning", "pyarrow", "rnnlab.tokenizer") if m in sys.modules])
import rnnlab.data.classification, rnnlab.data.language_modeling
print([m for m in ("pyarrow", "datasets", "pandas", "wandb", "hydra") if m in sys.modules])
"""


def test_batches_need_torch_alone_and_data_modules_lightning_alone():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n[]\n"
