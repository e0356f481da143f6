"""Whatever fits, or does not fit, the description of the service gets an answer that the description has."""

import pytest
import schemathesis
import torch
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

UNSAID = {"/explain": [positive_data_acceptance]}  # a run may lack a method that others have
EXAMPLES = 12  # of each operation and each way to be wrong


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/predict", "/explain", "/generate", "/runs", "/health", "/metrics"])
def test_the_service_is_as_it_says(address, path):
    torch.set_flush_denormal(False)  # which the training of the fixture sets, and hypothesis does not bear
    method = "GET" if path in ("/runs", "/health", "/metrics") else "POST"
    operation = schemathesis.openapi.from_url(f"{address}/openapi.json")[path][method]
    quick = settings(
        max_examples=EXAMPLES,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    for mode in schemathesis.GenerationMode:

        @quick
        @given(case=operation.as_strategy(generation_mode=mode))
        def holds(case):
            response = case.call()
            long = [negative_data_rejection] if response.status_code == 413 else []  # refused as well
            case.validate_response(response, excluded_checks=[*UNSAID.get(path, []), *long])

        if mode.is_positive or method == "POST":  # a GET takes nothing that could be wrong
            holds()
