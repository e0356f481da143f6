"""Forecasting: the next values of series, with quantiles; `KIND` defines data, network, training and use."""

from rnnlab.kinds.forecasting.kind import KIND

__all__ = ["KIND"]
