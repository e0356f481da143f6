import math

import pytest
import torch
from torchmetrics.functional.classification import multiclass_calibration_error

from rnnlab.evaluation.temperature import (
    LEAST_ROWS,
    MOST,
    calibration_error,
    choose_temperature,
    combined,
    fit_blend,
    fit_scales,
    fit_temperature,
    reliability,
)


def drawn(rows: int, classes: int, seed: int = 0):
    """Logits (N, C), and labels that are drawn from their softmax, so that the best temperature is near 1."""
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(rows, classes, generator=generator, dtype=torch.float64)
    return logits, torch.multinomial(logits.softmax(1), 1, generator=generator).squeeze(1)


def loss_of(parts, labels, scales, weights=None):
    return torch.nn.functional.nll_loss(combined(parts, scales), labels, weights).item()


@pytest.mark.parametrize("times", [0.25, 3.0, 7.5])
def test_logits_times_k_have_k_times_the_temperature(times):
    logits, labels = drawn(500, 3)
    own = fit_temperature(logits, labels)
    assert fit_temperature(logits * times, labels) == pytest.approx(times * own, rel=1e-9)


def test_rows_that_are_right_as_often_as_they_say_have_temperature_one():
    # 8 rows of logit difference log 3, so p = 3/4, and 6 of them are right
    logits = torch.tensor([[math.log(3), 0.0]] * 8)
    labels = torch.tensor([0] * 6 + [1] * 2)
    assert fit_temperature(logits, labels) == pytest.approx(1.0, abs=1e-6)
    assert fit_temperature(5 * logits, labels) == pytest.approx(5.0, abs=1e-5)


def test_the_temperature_is_the_best_of_a_grid_and_leaves_the_predicted_classes():
    logits, labels = drawn(300, 4)
    logits = 3 * logits
    best = fit_temperature(logits, labels)
    losses = {
        t: loss_of(logits[None], labels, torch.tensor([1 / t])) for t in torch.arange(0.5, 6, 0.01).tolist()
    }
    assert best == pytest.approx(min(losses, key=losses.get), abs=0.0051)
    assert loss_of(logits[None], labels, torch.tensor([1 / best])) <= min(losses.values())
    after = combined(logits[None], torch.tensor([1 / best]))
    assert torch.equal(after.argmax(1), logits.argmax(1))


def test_rows_that_are_all_right_keep_their_temperature():
    assert fit_temperature(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([0, 1])) == 1.0


def test_rows_that_are_all_wrong_get_the_largest_temperature():
    found = fit_temperature(torch.tensor([[2.0, 1.0], [0.0, 3.0]]), torch.tensor([1, 0]))
    assert found == pytest.approx(MOST)


def test_log_probabilities_serve_as_well_as_logits():
    logits, labels = drawn(200, 3)
    found = fit_temperature(logits.log_softmax(1), labels)
    assert found == pytest.approx(fit_temperature(logits, labels), rel=1e-9)


@pytest.mark.parametrize("weights", [None, torch.tensor([1.0, 3.0, 0.5], dtype=torch.float64)])
def test_no_pair_of_scales_near_the_fitted_one_has_a_lower_loss(weights):
    first, labels = drawn(400, 3)
    second = torch.nn.functional.one_hot(labels, 3) + drawn(400, 3, seed=1)[0]
    parts = torch.stack([2 * first, second]).log_softmax(2)
    scales = fit_scales(parts, labels, weights)
    least = loss_of(parts, labels, scales, weights)
    assert (scales > 0).all()
    for direction in torch.randn(50, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(2)):
        assert loss_of(parts, labels, (scales + 1e-3 * direction).clamp(min=0), weights) > least


def test_a_predictor_that_speaks_against_the_labels_gets_no_weight():
    good, labels = drawn(400, 3)
    parts = torch.stack([good, -good + drawn(400, 3, seed=5)[0]])
    scales = fit_scales(parts, labels)
    if scales[1] > 0:  # then it helps
        assert loss_of(parts, labels, scales) < loss_of(parts[:1], labels, fit_scales(parts[:1], labels))
    against = -torch.nn.functional.one_hot(labels, 3).double()
    scales = fit_scales(torch.stack([good, against]), labels)
    assert scales[1] == 0
    assert scales[0] == pytest.approx(fit_scales(good[None], labels).item(), rel=1e-9)


def test_two_predictors_that_agree_in_all_share_one_scale():
    logits, labels = drawn(300, 3)
    alone = fit_scales(logits[None], labels).item()
    assert fit_scales(torch.stack([logits, logits]), labels).sum().item() == pytest.approx(alone, rel=1e-6)


def test_the_calibration_error_by_hand():
    # confidence 0.75: 2 rows, one right; confidence 0.55: 2 rows, both right
    probabilities = torch.tensor([[0.75, 0.25], [0.75, 0.25], [0.45, 0.55], [0.45, 0.55]])
    labels = torch.tensor([0, 1, 1, 1])
    expected = 0.5 * abs(0.5 - 0.75) + 0.5 * abs(1.0 - 0.55)
    assert calibration_error(probabilities.log(), labels) == pytest.approx(expected, abs=1e-6)
    bins = reliability(probabilities.log(), labels)
    assert (bins.counts[8], bins.counts[11], sum(bins.counts)) == (2, 2, 4)
    assert (bins.accuracies[8], bins.accuracies[11]) == (1.0, 0.5)
    assert bins.confidences[11] == pytest.approx(0.75)


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_the_calibration_error_is_that_of_torchmetrics_and_of_the_bins(classes):
    logits, labels = drawn(500, classes)
    logits = 2 * logits
    found = calibration_error(logits.log_softmax(1), labels)
    reference = multiclass_calibration_error(logits.softmax(1), labels, classes, n_bins=15)
    assert found == pytest.approx(reference.item())
    counts, confidences, accuracies = reliability(logits.log_softmax(1), labels)
    gaps = [n * abs(a - b) for n, a, b in zip(counts, confidences, accuracies, strict=True)]
    assert found == pytest.approx(sum(gaps) / 500, abs=1e-6)


def test_log_probabilities_a_rounding_above_zero_are_probabilities():
    assert calibration_error(torch.tensor([[1e-7, -30.0]]), torch.tensor([0])) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("rows", [2, 10, LEAST_ROWS - 1])
def test_few_rows_sharpen_nothing(rows):
    logits, labels = drawn(rows, 3)
    found = choose_temperature((0.2 * logits).log_softmax(1), labels)
    assert found == (1.0, rows, None, None)
    assert str(found) == f"kept 1.0, as {rows} validation rows are fewer than 200"


def test_two_rows_that_are_nearly_right_are_the_case_that_went_wrong():
    log_probabilities = torch.tensor([[0.52, 0.48], [0.49, 0.51]]).log()
    labels = torch.tensor([0, 0])
    assert choose_temperature(log_probabilities, labels).value == 1.0
    assert fit_blend(log_probabilities[None], labels).tolist() == [1.0]


@pytest.mark.parametrize("seed", range(5))
def test_a_network_that_is_calibrated_keeps_its_temperature(seed):
    logits, labels = drawn(1000, 2, seed)
    found = choose_temperature(logits.log_softmax(1), labels)
    assert found.value == 1.0
    assert found.gain <= 2 * found.error
    assert "kept 1.0, no clear gain" in str(found)


@pytest.mark.parametrize("times", [0.25, 4.0])
def test_one_that_is_far_too_sure_or_not_sure_enough_gets_the_best_temperature(times):
    logits, labels = drawn(1000, 3)
    found = choose_temperature((times * logits).log_softmax(1), labels)
    assert found.value == fit_temperature((times * logits).log_softmax(1), labels)
    assert found.value == pytest.approx(times, rel=0.2)
    assert found.gain > 2 * found.error > 0
    assert str(found).startswith(f"{found.value:.3f}: {found.gain:.5f} nats a row less on held-out folds")


def test_rows_that_are_all_right_are_no_reason_to_sharpen():
    logits = torch.tensor([[0.1, 0.0]]).repeat(500, 1)
    assert choose_temperature(logits.log_softmax(1), torch.zeros(500, dtype=torch.long)).value == 1.0


def test_the_temperature_draws_nothing_from_the_run_s_random_numbers():
    logits, labels = drawn(300, 2)
    before = torch.get_rng_state()
    choose_temperature(logits, labels)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(("rows", "equal"), [(LEAST_ROWS - 1, True), (LEAST_ROWS, False)])
def test_a_blend_of_few_rows_weighs_all_the_same(rows, equal):
    first, labels = drawn(rows, 3)
    parts = torch.stack([first, torch.nn.functional.one_hot(labels, 3).double()]).log_softmax(2)
    found = fit_blend(parts, labels)
    assert (found.tolist() == [0.5, 0.5]) is equal
    if not equal:
        assert torch.equal(found, fit_scales(parts, labels))
