"""All ATen operations that have a translation, by their names."""

from __future__ import annotations

from rnnlab.export.traced.lookups import LOOKUPS
from rnnlab.export.traced.pointwise import POINTWISE
from rnnlab.export.traced.recurrent import RECURRENT
from rnnlab.export.traced.reductions import REDUCTIONS
from rnnlab.export.traced.repeats import REPEATS
from rnnlab.export.traced.shapes import SHAPES
from rnnlab.export.traced.translate import Operation
from rnnlab.export.traced.triangles import TRIANGLES

OPERATIONS: dict[str, Operation] = {
    **POINTWISE,
    **SHAPES,
    **REPEATS,
    **LOOKUPS,
    **REDUCTIONS,
    **TRIANGLES,
    **RECURRENT,
}
