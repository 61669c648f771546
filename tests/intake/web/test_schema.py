"""Schemathesis finds nothing at the addresses of the forms that their description does not say."""

from __future__ import annotations

import json

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    status_code_conformance,
)

from conftest import ROOT
from doubles.door import Running
from doubles.hostile import reflected

DESCRIBED = json.loads((ROOT / "tests" / "vectors" / "intake" / "openapi.json").read_text("utf-8"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance]
schema = schemathesis.openapi.from_dict(DESCRIBED)


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_is_described(case: schemathesis.Case, door: Running) -> None:
    answer = case.call(base_url=f"http://127.0.0.1:{door.port}")
    case.validate_response(answer, checks=CHECKS)
    assert not reflected(answer.text)
