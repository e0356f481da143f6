"""Anomaly detection in series: a score for each time; `KIND` defines its data, network, training and use."""

from rnnlab.kinds.anomaly.kind import KIND

__all__ = ["KIND"]
