from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from localpay.errors import ProviderWarning
from localpay.payments.providers.manual import Manual
from localpay.payments.providers.registry import Registry
from localpay.payments.providers.simulator import Simulator

_PLUGIN = """
from localpay.payments.providers.manual import Manual


class Good(Manual):
    id = "good"


class Liar(Manual):
    id = "somebody else"


class Poor:
    id = "poor"


shared = Good()
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder on the path with a distribution that offers providers."""
    (tmp_path / "plugins_of_a_test.py").write_text(_PLUGIN)
    info = tmp_path / "plugins_of_a_test-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: plugins-of-a-test\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[localpay.providers]\n"
        "good = plugins_of_a_test:Good\n"
        "missing = plugins_of_a_test:Missing\n"
        "poor = plugins_of_a_test:Poor\n"
        "liar = plugins_of_a_test:Liar\n"
        "manual = plugins_of_a_test:Liar\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_two_providers_ship() -> None:
    registry = Registry()
    assert {"manual", "simulator"} <= set(registry.ids())
    assert isinstance(registry.find("manual"), Manual)
    assert registry.find("none such") is None


def test_a_provider_given_to_the_store_comes_first() -> None:
    mine = Simulator(seed=3)
    assert Registry([mine]).find("simulator") is mine


def test_of_two_with_one_id_the_first_is_used() -> None:
    first, second = Manual(), Manual()
    with pytest.warns(ProviderWarning, match="two providers have the id 'manual'"):
        registry = Registry([first, second])
    assert registry.find("manual") is first


@pytest.mark.usefixtures("install")
def test_a_plug_in_is_found_by_its_name() -> None:
    registry = Registry()
    found = registry.find("good")
    assert found is not None
    assert found.id == "good"
    assert registry.find("good") is found
    assert "good" in registry.ids()


@pytest.mark.usefixtures("install")
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("missing", "cannot be loaded"),
        ("poor", "lacks methods"),
        ("liar", "has the id 'somebody else' instead"),
    ],
)
def test_a_broken_plug_in_is_a_warning_and_the_others_work(name: str, words: str) -> None:
    registry = Registry()
    with pytest.warns(ProviderWarning, match=words):
        assert registry.find(name) is None
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert registry.find(name) is None
        assert registry.find("good") is not None
        assert registry.find("manual") is not None


def test_of_two_plug_ins_with_one_name_the_first_is_used(install: Path) -> None:
    info = install / "zzz_of_a_test-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zzz-of-a-test\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[localpay.providers]\ngood = plugins_of_a_test:shared\n"
    )
    registry = Registry()
    with pytest.warns(ProviderWarning, match="two plug-ins offer the provider 'good'"):
        assert registry.find("good") is not None
