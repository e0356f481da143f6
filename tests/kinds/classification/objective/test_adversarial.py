from __future__ import annotations

import torch
import torch.nn.functional as F

from rnnlab.kinds.classification.objective.adversarial import adversarial

LABELS = torch.tensor([0, 1])
GENERATOR = torch.Generator().manual_seed(0)
MAP = torch.randn(4, 2, generator=GENERATOR, dtype=torch.double)
VECTORS = torch.randn(2, 3, 4, generator=GENERATOR, dtype=torch.double)


def bag(vectors: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    return vectors.sum(dim=1) @ weight


def by_hand(norm: float, scale: torch.Tensor) -> torch.Tensor:
    """For logits that are linear in the sum of a text's words, each word gets the same change, along
    (p - y) W.
    """
    rest = bag(VECTORS, MAP).softmax(1) - F.one_hot(LABELS, 2)
    direction = (rest @ MAP.T).unsqueeze(1).expand(2, 3, 4) * scale
    return norm * scale * direction / direction.flatten(1).norm(dim=1).view(2, 1, 1)


def test_the_change_is_the_scaled_gradient_of_the_loss():
    vectors = VECTORS.clone().requires_grad_()
    loss = F.cross_entropy(bag(vectors, MAP), LABELS)
    for scale in (torch.ones(4, dtype=torch.double), torch.tensor([1.0, 0.5, 2.0, 0.0], dtype=torch.double)):
        found = adversarial(loss, vectors, vectors, scale, 5.0, ())
        torch.testing.assert_close(found.change, by_hand(5.0, scale), rtol=1e-9, atol=1e-9)
        assert not found.change.requires_grad
        assert found.loss is loss


def test_of_all_changes_of_its_length_it_raises_the_loss_most():
    vectors = VECTORS.clone().requires_grad_()
    change = adversarial(F.cross_entropy(bag(vectors, MAP), LABELS), vectors, vectors, 1.0, 1e-3, ()).change
    raised = F.cross_entropy(bag(VECTORS + change, MAP), LABELS)
    for seed in range(20):
        other = torch.randn(2, 3, 4, generator=torch.Generator().manual_seed(seed), dtype=torch.double)
        other = 1e-3 * other / other.flatten(1).norm(dim=1).view(2, 1, 1)
        assert F.cross_entropy(bag(VECTORS + other, MAP), LABELS) < raised


def test_with_a_copy_of_the_vectors_one_pass_back_gives_the_same_change_loss_and_gradients():
    results = []
    for apart in (False, True):
        table, weight = VECTORS.clone().requires_grad_(), MAP.clone().requires_grad_()
        vectors = table * 2
        seen = vectors.detach().requires_grad_() if apart else vectors
        loss = F.cross_entropy(bag(seen, weight), LABELS)
        found = adversarial(loss, seen, vectors, 1.0, 5.0, [weight])
        total = found.loss + 3 * F.cross_entropy(bag(vectors + found.change, weight), LABELS)
        total.backward()
        results.append((found.change, total.detach(), table.grad, weight.grad))
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)


def test_a_weight_that_the_loss_does_not_see_gets_no_gradient():
    seen, spare = VECTORS.clone().requires_grad_(), torch.ones(2, requires_grad=True)
    found = adversarial(
        F.cross_entropy(bag(seen, MAP), LABELS), seen, VECTORS.clone().requires_grad_(), 1.0, 5.0, [spare]
    )
    found.loss.backward()
    assert spare.grad is None
