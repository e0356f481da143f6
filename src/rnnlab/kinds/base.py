"""The contract of a kind of problem: its part before, during and after a run.

A kind is one object, `KIND`, in the package of its task's class; `rnnlab.kinds.lookup` finds it from the
task's `_target_`. A kind of your own is a subclass of `Kind` in a package of your own: override what it has,
and leave the rest. Nothing heavy is imported here, and a kind's methods import torch where they need it, as
the checks before a run must not wait for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rnnlab.errors import SettingError
from rnnlab.kinds.usable import Usable
from rnnlab.kinds.work import Facts, Outputs, Settings, Work

if TYPE_CHECKING:
    from torch import nn

    from rnnlab.kinds.baselines import Baseline
    from rnnlab.rule_lists import Rule


class Kind(Usable):
    """A kind of problem: its part before and during a run is here, that after a run in `Usable`.

    Attributes:
        name: as result.json and `rnnlab runs` have it; data modules name it in their `serves`.
        served_as: the name under which data modules serve it, where that is not its own.
        needs: what its data hold, for messages: "labelled texts".
        rules: what each setting of its own may be, by its key; checked before a run.
        own_settings: keys of conf/task that the kind reads itself, and that are no arguments of its task.
        own_data_settings: keys of conf/data that the kind reads itself, and that are no arguments of the data
            module.
        ensembles: whether a run may train `model.members` networks as one; see `ensemble`.
        reads_styles: whether its networks take `model.style_size`.
        starts_others: whether `pretrained=` of other runs may take embedding and encoder of a run.
    """

    served_as = ""
    needs = "rows"
    rules: Mapping[str, Rule] = MappingProxyType({})
    own_settings: frozenset[str] = frozenset()
    own_data_settings: frozenset[str] = frozenset()
    ensembles = False
    reads_styles = False
    starts_others = False

    # before a run, without torch
    def monitored(self, settings: Settings) -> tuple[str, ...]:
        """Return the names that `task.monitor` may have; empty where only the training can show them."""
        return tuple(name for metric in self.metrics if not metric.by for name in metric.monitored)

    def check(self, settings: Settings) -> None:
        """Raise SettingError for the first setting that clashes with another, as far as a config shows it."""

    def keeps_tokenizer(self, settings: Settings) -> bool:
        """Return whether a run that starts from another of its kind keeps that one's tokenizer."""
        return False

    def named_runs(self, settings: Settings) -> dict[str, list[str]]:
        """Return the names of other runs by the list setting that holds them.

        The lab checks that they exist, and replaces them by whole paths.
        """
        return {}

    # building
    def check_served(self, settings: Settings, data_class: type) -> None:
        """Refuse a data module that is not made for this kind.

        Raises:
            SettingError: names the task, what it needs and what the data hold.
        """
        served: tuple[str, ...] = getattr(data_class, "serves", ())
        if (self.served_as or self.name) in served:
            return
        holds = getattr(data_class, "holds", f"a {data_class.__name__} that serves no kind of problem")
        rule = f"task={settings.task.name} needs {self.needs}, and this is {holds}"
        raise SettingError("data", settings.data.get("name"), rule)

    def data_settings(self, settings: Settings) -> dict[str, Any]:
        """Return arguments of the data module that the config keeps elsewhere than under `data`."""
        return {}

    def before_prepare(self, settings: Settings, data: Any) -> None:
        """Pass the data module the settings that it needs before it is prepared."""

    def facts(self, data: Any) -> Facts:
        """Return the facts of a prepared data module that network and task depend on."""
        return dict(data.facts)

    def expected_facts(self, settings: Settings) -> Facts:
        """Return the facts as far as a config shows them, to count weights before the data are read."""
        return {}

    def network_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        """Return arguments of the network besides encoder, vocabulary and vectors."""
        return {name: value for name, value in facts.items() if name != "input_size"}

    def input_size(self, settings: Settings, facts: Facts, vector_size: int | None) -> int:
        """Return the number of features that the encoder reads at each step.

        Args:
            vector_size: that of the word vectors; None for data that are not text, whose facts must have an
                `input_size`.
        """
        return int(facts["input_size"]) if vector_size is None else vector_size

    def ensemble(self, settings: Settings, members: Sequence[nn.Module]) -> nn.Module:
        """Return one network of several; kinds without ensembles refuse `model.members`."""
        rule = f"task={settings.task.name} predicts with one network: choose 1"
        raise SettingError("model.members", len(members), rule)

    def task_settings(self, settings: Settings, facts: Facts) -> dict[str, Any]:
        """Return arguments of the task besides those that `task` has in the config."""
        return {}

    def task_parts(self, data: Any) -> dict[str, Any]:
        """Return arguments of the task that are objects of the prepared data, such as a scaler."""
        return {}

    # at work
    def check_data(self, work: Work) -> None:
        """Raise SettingError for the first setting that does not fit the prepared data."""

    def before_network(self, work: Work) -> Facts:
        """Run the steps between data and network; return fields for result.json."""
        return {}

    def before_training(self, work: Work) -> Facts:
        """Run the steps between network and training; return fields for result.json."""
        return {}

    def before_test(self, work: Work) -> Any:
        """Choose values on the validation rows, before the test is read; `outputs` gets them."""
        return None

    def after_test(self, work: Work) -> Outputs:
        """Run further tests, on every process, with the best checkpoint loaded."""
        return Outputs()

    def outputs(self, work: Work, chosen: Any, result: Mapping[str, Any]) -> Outputs:
        """Write predictions, samples and figures into the run's folder, on the first process.

        Args:
            chosen: what `before_test` returned.
            result: the fields of result.json so far.
        """
        return Outputs()

    def baselines(self) -> Sequence[Baseline]:
        """Return the baselines that are tested with every run."""
        return ()
