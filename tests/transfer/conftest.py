from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from localpay.store import Store
from tests.transfer.contents import NOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.transfer.sources import Write


@pytest.fixture
def store() -> Iterator[Store]:
    with Store.open(":memory:", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def other() -> Iterator[Store]:
    """A second store, empty as well."""
    with Store.open(":memory:", clock=lambda: NOW) as opened:
        yield opened


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Makes a source: of text or bytes as they are, of anything else as JSON."""

    def write(name: str, content: Any) -> Path:
        if not isinstance(content, str | bytes):
            content = json.dumps(content)
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
