from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance.comparing import replay
from tests.conformance.conftest import RECORDED
from tests.conformance.scope import out_of_scope

_MOST_OUT_OF_SCOPE = 15


def test_a_recorded_run_goes_the_same_way(trace_file: Path) -> None:
    trace = json.loads(trace_file.read_text(encoding="utf-8"))
    reason = out_of_scope(trace)
    if reason is not None:
        pytest.skip(reason)
    replay(trace)


def test_few_recorded_runs_are_out_of_scope() -> None:
    traces = [json.loads(file.read_text(encoding="utf-8")) for file in RECORDED.glob("*.json")]
    assert len(traces) == 137
    assert sum(out_of_scope(trace) is not None for trace in traces) <= _MOST_OUT_OF_SCOPE
