"""The providers of a store: those given to it, those of localpay, and installed plug-ins.

A plug-in is an entry point of the group `localpay.providers`. Its name is the provider's id, its
value a provider or a provider class. It is loaded when its id is first looked up, so a broken
plug-in does not affect the others.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

from localpay.errors import ArgumentError, ProviderWarning
from localpay.payments.providers.manual import Manual
from localpay.payments.providers.protocol import Provider
from localpay.payments.providers.simulator import Simulator

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "localpay.providers"


class Registry:
    """The providers of one store.

    Args:
        providers: the providers given to the store; they take precedence over others with the
            same id.
    """

    def __init__(self, providers: Iterable[Provider] = ()) -> None:
        self._plugins: dict[str, EntryPoint] | None = None
        self._unavailable: set[str] = set()
        self._providers: dict[str, Provider] = {}
        for provider in providers:
            if provider.id in self._providers:
                _warn(f"two providers have the id {provider.id!r}; the first one is used")
            else:
                self._providers[provider.id] = provider
        for provider in (Manual(), Simulator()):
            self._providers.setdefault(provider.id, provider)

    def find(self, provider_id: str) -> Provider | None:
        """The provider with this id, or None if it is not installed.

        Warns:
            ProviderWarning: its plug-in cannot be loaded, or there are two with this name.
        """
        found = self._providers.get(provider_id)
        if found is not None or provider_id in self._unavailable:
            return found
        plugin = self._known_plugins().get(provider_id)
        loaded = None if plugin is None else _load(plugin)
        if loaded is None:
            self._unavailable.add(provider_id)
            return None
        return self._providers.setdefault(provider_id, loaded)

    def ids(self) -> list[str]:
        """The sorted ids of all providers; a plug-in may still fail to load."""
        return sorted({*self._providers, *self._known_plugins()} - self._unavailable)

    def _known_plugins(self) -> dict[str, EntryPoint]:
        if self._plugins is None:
            from importlib.metadata import entry_points  # noqa: PLC0415 - few stores need it

            self._plugins = {}
            for plugin in entry_points(group=GROUP):
                if plugin.name in self._plugins:
                    _warn(
                        f"two plug-ins offer the provider {plugin.name!r}: "
                        f"{self._plugins[plugin.name].value} is used, {plugin.value} is not"
                    )
                else:
                    self._plugins[plugin.name] = plugin
        return self._plugins


def checked(providers: object) -> tuple[Provider, ...]:
    """The providers that a caller gives.

    Raises:
        ArgumentError: one of them is not a provider, or has no id.
    """
    found: list[Provider] = []
    for each in providers if isinstance(providers, Iterable) else [providers]:
        if not isinstance(each, Provider) or isinstance(each, type):
            what = "objects with the id and the methods of a provider"
            raise ArgumentError("providers", what, each)
        if not isinstance(each.id, str) or not each.id:
            raise ArgumentError("providers", "providers whose id is a text", each.id)
        found.append(each)
    return tuple(found)


def _load(plugin: EntryPoint) -> Provider | None:
    try:
        loaded = plugin.load()
        provider = loaded() if isinstance(loaded, type) else loaded
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the others still work
        _warn(f"provider {plugin.name!r} ({plugin.value}) cannot be loaded: {error!r}")
        return None
    if not isinstance(provider, Provider):
        _warn(f"provider {plugin.name!r} ({plugin.value}) lacks methods of a provider")
        return None
    if provider.id != plugin.name:
        _warn(f"provider {plugin.name!r} ({plugin.value}) has the id {provider.id!r} instead")
        return None
    return provider


def _warn(message: str) -> None:
    warnings.warn(message, ProviderWarning, stacklevel=4)
