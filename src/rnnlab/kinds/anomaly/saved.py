"""series.json of a finished run: all that turns raw points into scores, but for the weights. No torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple

from rnnlab.data.series.prepare_input import SeriesReader
from rnnlab.errors import SettingError
from rnnlab.kinds.anomaly.calibration import Calibration
from rnnlab.kinds.anomaly.density import MEASURES
from rnnlab.kinds.anomaly.reading import Expect, ForecastReader, Reader, Sizes, WindowReader
from rnnlab.kinds.work import Work

SPEC = "series.json"


class NetworkFacts(NamedTuple):
    """Facts of a network, as `rnnlab.model.scoring.base.ScoringNetwork` has them.

    Attributes:
        features: of an input step; state: shapes of the parts of its state for one row.
    """

    features: int
    channels: int
    parameters: int
    ahead: tuple[int, ...]
    window: int
    every: int
    measure: str
    state: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, network: Any) -> NetworkFacts:
        """Return those of a network."""
        state = () if network.window else network.encoder.initial_state(1)
        return cls(
            features=network.encoder.input_size,
            channels=network.channels,
            parameters=network.num_parameters,
            ahead=tuple(network.ahead),
            window=network.window,
            every=network.every,
            measure=network.measure,
            state=tuple(tuple(part.shape) for part in state),
        )

    def reader(self, expect: Expect) -> Reader:
        """Return the reader of series that this network, as a function of arrays, makes."""
        sizes, measure = Sizes(self.features, self.channels, self.parameters), MEASURES[self.measure]
        if self.window:
            return WindowReader(expect, sizes, self.window, self.every, measure)
        return ForecastReader(expect, sizes, self.ahead, measure)


class Detection(NamedTuple):
    """Everything that turns raw points into scores.

    Attributes:
        series: turns raw points into input steps. network: facts of the network.
        calibration: turns its errors into scores and alarms.
    """

    series: SeriesReader
    network: NetworkFacts
    calibration: Calibration

    @classmethod
    def of_work(cls, work: Work, calibration: Calibration) -> Detection:
        """Return that of a run whose network has been tested."""
        return cls(work.data.reader, NetworkFacts.of(work.network), calibration)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        network, calibration = self.network._asdict(), self.calibration.to_json()
        return {"series": self.series.to_json(), "network": network, "calibration": calibration}

    @classmethod
    def from_json(cls, content: dict[str, Any]) -> Detection:
        """Read what `to_json` returned.

        Raises:
            KeyError, TypeError, ValueError: it is something else.
        """
        network = dict(content["network"])
        network["ahead"] = tuple(map(int, network["ahead"]))
        network["state"] = tuple(tuple(map(int, shape)) for shape in network["state"])
        facts = NetworkFacts(**network)
        if facts.measure not in MEASURES:
            raise ValueError(f"measure {facts.measure}")
        calibration = Calibration.from_json(content["calibration"])
        return cls(SeriesReader.from_json(content["series"]), facts, calibration)

    def fingerprint(self) -> str:
        """Return a digest, by which a stream's state is known to be of this run."""
        text = json.dumps(self.to_json(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def detection_of(folder: Any, parse: Callable[[Any], Any]) -> Detection:
    """Return the detection of a finished run's folder.

    Args:
        parse: reads a JSON file, such as `rnnlab.untrusted.read_json`.

    Raises:
        SettingError: series.json is missing or broken, as of a run that did not end.
    """
    path = folder.path / SPEC
    try:
        return Detection.from_json(parse(path))
    except FileNotFoundError as error:
        rule = f"has no {SPEC}: it ended before its test, and no threshold was chosen"
        raise SettingError("RUN", folder.path, rule) from error
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SettingError("RUN", folder.path, f"its {SPEC} cannot be read: {error!r}"[:200]) from error
