"""`pytest tests/conformance --traces DIR` replays the recorded runs of any folder."""

from __future__ import annotations

from pathlib import Path

import pytest

RECORDED = Path(__file__).parent / "traces"
_TEST = "test_a_recorded_run_goes_the_same_way"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--traces", type=Path, default=RECORDED, help="folder of recorded runs")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "trace_file" in metafunc.fixturenames:
        folder: Path = metafunc.config.getoption("--traces", default=RECORDED)
        files = sorted(folder.glob("*.json"))
        metafunc.parametrize("trace_file", files, ids=[file.stem for file in files])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = {
        outcome: sum(
            _TEST in report.nodeid
            for report in terminalreporter.stats.get(outcome, [])
            if isinstance(report, pytest.TestReport)
        )
        for outcome in ("passed", "failed", "skipped")
    }
    total = sum(counts.values())
    if total:
        terminalreporter.write_line(
            f"{counts['passed']} of {total} recorded runs hold, {counts['failed']} do not, "
            f"{counts['skipped']} are out of scope"
        )
