"""Rules for the settings of optimizer, scheduler, trainer, callbacks and loggers."""

from __future__ import annotations

from rnnlab.rule import (
    COUNT,
    SIZE,
    Amount,
    Choice,
    Flag,
    Number,
    Pattern,
    Text,
)
from rnnlab.rule_lists import Items, Rule, Tree
from rnnlab.training.settings import RULES

LIMIT = Amount(words=(None,))
ACCELERATORS = ("auto", "cpu", "gpu", "cuda", "mps")
PRECISIONS = (
    *("32-true", "16-mixed", "bf16-mixed", "16-true", "bf16-true", "64-true"),
    *("32", "16", "bf16", "64", 32, 16, 64),
)
SPAWNED = ("ddp", "ddp_spawn", "ddp_fork", "ddp_notebook")
STRATEGIES = (
    "auto",
    *SPAWNED,
    *(f"{name}_find_unused_parameters_{found}" for name in SPAWNED for found in ("true", "false")),
    *("fsdp", "fsdp_cpu_offload", "single_device"),
    *("deepspeed", "deepspeed_stage_1", "deepspeed_stage_2", "deepspeed_stage_3"),
    *("deepspeed_stage_2_offload", "deepspeed_stage_3_offload", "deepspeed_stage_3_offload_nvme"),
)

TRAINING_RULES: dict[str, Rule] = {
    "optimizer": Tree(),
    "scheduler": Tree(),
    **RULES,
    # trainer
    "trainer": Tree(),
    "trainer.accelerator": Choice(ACCELERATORS),
    "trainer.precision": Choice(PRECISIONS),
    "trainer.strategy": Tree(words=STRATEGIES),
    "trainer.profiler": Tree(optional=True, words=("simple", "advanced", "pytorch")),
    "trainer.profiler.filename": Text(optional=True),
    "devices": Number(1, 1024, whole=True, words=("auto", -1)),
    "num_nodes": Number(1, 10**5, whole=True),
    "max_epochs": Number(1, 10**9, whole=True, words=(-1, None)),
    "max_steps": Number(1, 10**12, whole=True, words=(-1,)),
    "max_time": Pattern(
        r"(?!0+:00:00:00$)\d{1,6}:\d\d:\d\d:\d\d", "days:hours:minutes:seconds such as 00:00:05:00"
    ),
    "gradient_clip_val": Number(0, 10**9, words=(None,)),
    "gradient_clip_algorithm": Choice(("norm", "value")),
    "accumulate_grad_batches": SIZE,
    "check_val_every_n_epoch": SIZE,
    "val_check_interval": LIMIT,
    "log_every_n_steps": SIZE,
    "limit_train_batches": LIMIT,
    "limit_val_batches": LIMIT,
    "limit_test_batches": LIMIT,
    "num_sanity_val_steps": COUNT,
    "overfit_batches": Amount(0),
    "deterministic": Flag(),
    "benchmark": Flag(optional=True),
    "enable_progress_bar": Flag(),
    "use_distributed_sampler": Flag(),
    # callbacks and loggers
    "callback": Tree(optional=True),
    "logger": Tree(optional=True),
    **dict.fromkeys(
        ("logger.wandb.project", "logger.wandb.group", "logger.wandb.job_type"), Text(optional=True)
    ),
    **dict.fromkeys(("logger.wandb.name", "logger.wandb.id"), Text(optional=True)),
    "logger.wandb.tags": Items(Text()),
    "logger.wandb.offline": Choice(("auto", True, False)),
}
