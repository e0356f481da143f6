from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnlab.training.scheduler.lr_curve import (
    FIRST,
    Constant,
    Cosine,
    LRCurve,
    OneCycle,
    SlantedTriangular,
    Step,
    Trapezoid,
)

SHARES = st.floats(0, 1)


@st.composite
def one_cycles(draw: st.DrawFn) -> OneCycle:
    start = draw(st.floats(0.001, 1))
    return OneCycle(draw(st.floats(0.01, 0.5)), start, start * draw(SHARES))


COSINES = st.builds(Cosine, warmup=st.floats(0, 0.99), final=SHARES)
STEPS = st.builds(Step, every=st.floats(0.01, 1), factor=st.floats(0.01, 1))
SLANTED = st.builds(SlantedTriangular, cut=st.floats(0.01, 0.99), ratio=st.floats(1, 100))
TRAPEZOIDS = st.builds(Trapezoid, warmup=st.floats(0, 0.5), fall=st.floats(0, 0.5), final=SHARES)
ALL = st.one_of(st.just(Constant()), COSINES, one_cycles(), STEPS, SLANTED, TRAPEZOIDS)


@given(ALL, SHARES)
def test_every_shape_stays_between_zero_and_the_peak(shape: LRCurve, progress: float):
    assert 0 <= shape(progress) <= 1 + 1e-12


@given(ALL)
def test_every_shape_reaches_the_peak(shape: LRCurve):
    peak = getattr(shape, "warmup", getattr(shape, "cut", 0.0))
    assert shape(peak) == pytest.approx(1)


@given(COSINES, SHARES, SHARES)
def test_cosine_rises_through_the_warmup_and_never_after(shape: Cosine, one: float, other: float):
    early, late = sorted((one, other))
    if late <= shape.warmup:
        assert FIRST - 1e-12 <= shape(early) <= shape(late) + 1e-12
    if early >= shape.warmup:
        assert shape(early) >= shape(late) - 1e-12


@given(COSINES)
def test_cosine_ends_at_final_and_starts_above_zero(shape: Cosine):
    assert shape(1.0) == pytest.approx(shape.final, abs=1e-12)
    assert shape(0.0) == (FIRST if shape.warmup else 1)


def test_cosine_is_half_way_down_in_the_middle_of_the_fall():
    assert Cosine(warmup=0.2, final=0.0)(0.6) == pytest.approx(0.5)
    assert Cosine(warmup=0.2, final=0.5)(0.6) == pytest.approx(0.75)
    assert Cosine(warmup=0.2)(0.1) == pytest.approx((1 + FIRST) / 2)


@given(one_cycles(), SHARES)
def test_one_cycle_is_as_high_before_the_peak_as_after_it(shape: OneCycle, share: float):
    distance = share * shape.warmup
    assert shape(shape.warmup - distance) == pytest.approx(shape(shape.warmup + distance), abs=1e-9)


@given(one_cycles())
def test_one_cycle_starts_at_start_and_ends_at_final(shape: OneCycle):
    assert shape(0.0) == pytest.approx(shape.start)
    assert shape(1.0) == pytest.approx(shape.start if shape.warmup == 0.5 else shape.final, abs=1e-9)


@given(one_cycles(), SHARES, SHARES)
def test_one_cycle_falls_after_the_peak(shape: OneCycle, one: float, other: float):
    early, late = sorted((one, other))
    if early >= shape.warmup:
        assert shape(early) >= shape(late) - 1e-9


@given(st.sampled_from((Cosine, OneCycle)), st.floats(0.1, 0.4), SHARES)
def test_smooth_shapes_do_not_jump(kind: type[Cosine | OneCycle], warmup: float, progress: float):
    shape = kind(warmup=warmup)
    assert abs(shape(min(progress + 1e-6, 1.0)) - shape(progress)) <= 1.1e-5  # at most 1 / 0.1 steep


def test_step_falls_at_each_share_and_by_its_factor():
    shape = Step(every=0.1, factor=0.5)
    assert [shape(tenths / 10) for tenths in range(5)] == [1, 0.5, 0.25, 0.125, 0.0625]
    assert shape(0.0999) == 1
    assert shape(0.2999) == 0.25


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Cosine(warmup=1.0), r"^warmup=1.0 must be a number >= 0 and < 1$"),
        (lambda: Cosine(warmup=-0.1), r"^warmup=-0.1 must be a number >= 0 and < 1$"),
        (lambda: Cosine(final=2), r"^final=2 must be a number >= 0 and <= 1$"),
        (lambda: Cosine(final="low"), r"^final=low must be a number >= 0 and <= 1$"),
        (lambda: Cosine(final=float("nan")), r"^final=nan must be a number >= 0 and <= 1$"),
        (lambda: OneCycle(warmup=0), r"^warmup=0 must be a number > 0 and <= 0.5$"),
        (lambda: OneCycle(warmup=0.6), r"^warmup=0.6 must be a number > 0 and <= 0.5$"),
        (lambda: OneCycle(start=0), r"^start=0 must be a number > 0 and <= 1$"),
        (lambda: OneCycle(start=0.1, final=0.2), r"^final=0.2 must be a number >= 0 and <= 0.1$"),
        (lambda: SlantedTriangular(cut=1), r"^cut=1 must be a number > 0 and < 1$"),
        (lambda: SlantedTriangular(ratio=0.5), r"^ratio=0.5 must be a number >= 1 and <= 1000000000$"),
        (lambda: Trapezoid(warmup=0.5, fall=0.6), r"^fall=0.6 must be a number >= 0 and <= 0.5$"),
        (lambda: Step(every=0), r"^every=0 must be a number > 0 and <= 1$"),
        (lambda: Step(factor=True), r"^factor=True must be a number > 0 and <= 1$"),
    ],
)
def test_bad_arguments_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_slanted_triangular_is_the_papers():
    """Howard & Ruder 2018, equation 3, at T = 100 steps, cut_frac 0.1, ratio 32."""
    shape = SlantedTriangular(0.1, 32)
    for step in range(101):
        p = step / 10 if step < 10 else 1 - (step - 10) / (10 * (1 / 0.1 - 1))
        assert shape(step / 100) == pytest.approx((1 + p * 31) / 32)
    assert shape(0.0) == pytest.approx(1 / 32)
    assert shape(0.1) == pytest.approx(1.0)


def test_a_trapezoid_rises_stays_and_falls():
    shape = Trapezoid(warmup=0.1, fall=0.2, final=0.1)
    assert shape(0.05) == pytest.approx((FIRST + 1) / 2)
    assert [shape(p) for p in (0.1, 0.5, 0.8)] == pytest.approx([1.0, 1.0, 1.0])
    assert shape(0.9) == pytest.approx(0.55)
    assert shape(1.0) == pytest.approx(0.1)
    assert Trapezoid(fall=0.0)(1.0) == 1.0
