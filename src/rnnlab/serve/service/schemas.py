"""Schemas of requests and answers: they validate input, and appear in /openapi.json."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model

from rnnlab.kinds.use import JSON, TEXT, Answerer
from rnnlab.serve.service.limits import Limits

STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)
EXPLAINED = 4_000  # characters: gradients read a text dozens of times
PROMPT = 2_000
MOST_SEED = 2**53 - 1  # JSON's readers hold whole numbers exactly up to here, and a schema's limits are JSON
MOST_TOP = 1_000_000
METHODS = ("gradients", "occlusion", "attention", "surprisal")


def _integer(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _whole(least: int, most: int) -> Any:
    """Return the type of an integer in a range; 2.0 is accepted too, as in JSON Schema."""
    return Annotated[int, Field(ge=least, le=most), BeforeValidator(_integer)]


def _number(least: float, most: float, above: bool = False) -> Any:
    """Return the type of a number in a range; with `above` the minimum itself is excluded."""
    return Annotated[float, Field(gt=least, le=most) if above else Field(ge=least, le=most)]


# of `rnnlab.generate.decoding.settings.Decoding`, by its names: a field's type and its default
DECODING: dict[str, Any] = {
    "temperature": (_number(0, 10), 0.8),
    "top_k": (_whole(1, MOST_TOP) | None, None),
    "top_p": (_number(0, 1, above=True), 1.0),
    "min_p": (_number(0, 0.999), 0.0),
    "typical": (_number(0, 1, above=True), 1.0),
    "repetition_penalty": (_number(1, 10), 1.0),
    "frequency_penalty": (_number(-10, 10), 0.0),
}


class Requests:
    """The service's request bodies, as pydantic classes.

    Args:
        limits: texts, characters and length are used.
        answering: names of the runs that answer rows, and each one's input: `text` or `json`.
        writing: names of the runs that write texts.
        explaining: names of the runs that can be explained, and the methods of each.
        routes: names of the runs by the route that their answerers name.

    Attributes:
        routes: the body of each of these routes.
    """

    def __init__(
        self,
        limits: Limits,
        answering: Mapping[str, str],
        writing: Sequence[str],
        explaining: Mapping[str, Sequence[str]],
        routes: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        self.predict: type[BaseModel] = create_model(
            "PredictRequest", __config__=STRICT, **_inputs(limits, answering), run=_run([*answering])
        )
        self.explain: type[BaseModel] = create_model(
            "ExplainRequest",
            __config__=STRICT,
            text=(Annotated[str, Field(max_length=min(EXPLAINED, limits.characters))], ...),
            run=_run([*explaining]),
            method=(_choice(_methods(explaining)), "auto"),
        )
        self.generate: type[BaseModel] = create_model(
            "GenerateRequest",
            __config__=STRICT,
            prompt=(Annotated[str, Field(max_length=PROMPT)], ""),
            run=_run(writing),
            length=(_whole(1, limits.length), min(500, limits.length)),
            **DECODING,
            seed=(_whole(0, MOST_SEED) | None, None),
        )
        self.routes: dict[str, type[BaseModel]] = {
            route: create_model(
                f"{route.capitalize()}Request",
                __config__=STRICT,
                **_inputs(limits, {name: answering[name] for name in names}),
                run=_run(names),
                stream=(bool, False),
            )
            for route, names in routes.items()
        }


def _inputs(limits: Limits, answering: Mapping[str, str]) -> dict[str, Any]:
    """Return the input fields of the runs: texts, other rows, or both."""
    if JSON not in answering.values():
        return {"text": (_texts(limits), ...)}
    rows = Annotated[list[Any], Field(min_length=1, max_length=limits.texts)]
    if TEXT not in answering.values():
        return {"values": (rows, ...)}
    return {"text": (_texts(limits) | None, None), "values": (rows | None, None)}


def _methods(explaining: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the methods of all runs and rnnlab's own, so that a run that lacks one can report it."""
    return list(dict.fromkeys(["auto", *METHODS, *(name for known in explaining.values() for name in known)]))


def _texts(limits: Limits) -> Any:
    """Return the type of one text or a list of texts, both validated to a list."""
    one = {"type": "string", "maxLength": limits.characters}
    several = {"type": "array", "items": one, "minItems": 1, "maxItems": limits.texts}
    text = Annotated[str, Field(max_length=limits.characters)]
    listed = Annotated[list[text], Field(min_length=1, max_length=limits.texts)]  # type: ignore[valid-type]
    return Annotated[listed, BeforeValidator(_listed), WithJsonSchema({"anyOf": [one, several]})]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _run(names: Sequence[str]) -> Any:
    """Return the field of the run's name, which defaults to the first of the names."""
    return (_choice(names), names[0]) if names else (str, "")


def _choice(names: Sequence[str]) -> Any:
    return Literal[tuple(names)]


def predict_answer(answerers: Sequence[Answerer]) -> type[BaseModel]:
    """Return the class of the answer to `/predict`: one prediction per row, in their order."""
    kinds = {tuple(one.fields.items()): one.fields for one in answerers}
    predicted = []
    for number, fields in enumerate(kinds.values()):
        given: dict[str, Any] = {name: (kind, ...) for name, kind in fields.items()}
        allowed = ConfigDict() if fields else ConfigDict(extra="allow")
        name = f"Predicted{number or ''}"
        predicted.append(create_model(name, __config__=allowed, __doc__="A prediction.", **given))
    one: Any = functools.reduce(operator.or_, predicted) if predicted else dict[str, Any]
    told = "One prediction for each row, in their order."
    return create_model("PredictAnswer", __doc__=told, run=(str, ...), predictions=(list[one], ...))


class ExplainAnswer(BaseModel):
    """A score for each token; below 0 it counts against the label, if `signed`."""

    run: str
    method: str
    signed: bool
    label: str | None
    probability: float | None
    text: str
    tokens: list[str]
    scores: list[float]
    spans: list[list[int]]
    left_out: int
    outputs: list[str] = Field(description="tokens that were written for the text; none for other runs")
    weights: list[list[float]] = Field(description="of each of these, a score for each token of the text")


class HealthAnswer(BaseModel):
    status: Literal["ok"]
    runs: int


class Refused(BaseModel):
    """The reason of a refusal; `field` is the invalid part of the request, empty if there is none."""

    error: str
    field: str
