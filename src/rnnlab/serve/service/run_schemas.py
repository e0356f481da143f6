"""The schema of the answer to `/runs`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field


class SeriesColumns(BaseModel):
    """The table form of a run whose rows are series."""

    targets: list[str]
    past: list[str]
    known: list[str]
    statics: list[str] = Field(description="which may be left out")
    names: list[str] = Field(description="of the series of the training, where there are several")
    dated: bool
    horizon: int = Field(description="values that an answer adds; 0 if it is of the values themselves")
    example: str = Field(description="a table as CSV")


class LoadedRun(BaseModel):
    name: str
    task: str
    model: str
    kind: str
    engine: Literal["onnx", "torch"]
    reads: Literal["text", "json"] | None
    example: Any
    route: str = Field(description="a route of its own beside /predict, such as translate; none where empty")
    streams: bool = Field(description="whether that route writes an answer while it is made")
    series: SeriesColumns | None
    classes: list[str]
    methods: list[str]
    metrics: dict[str, float]


class RunsAnswer(BaseModel):
    runs: list[LoadedRun]
