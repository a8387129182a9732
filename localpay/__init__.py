"""localpay: payment sessions and carts in one local file.

The names below are loaded when they are first used, so that `import localpay` costs nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from localpay.entities import (
        BaseEntity,
        Cart,
        Change,
        LineItem,
        Payment,
        PaymentCollection,
        PaymentSession,
        QuarantinedRow,
        Refund,
        Region,
    )
    from localpay.errors import (
        AmountError,
        CancelledError,
        CursorError,
        DuplicateRecordError,
        FieldError,
        InstantError,
        JsonError,
        LocalpayError,
        NewerStoreError,
        NotAStoreError,
        NothingToUndoError,
        OlderStoreError,
        OutputError,
        QueryError,
        ReadOnlyStoreError,
        RecordError,
        RecordInUseError,
        RecordNotFoundError,
        RuleError,
        SeedUsedError,
        SortError,
        SourceError,
        StoreAccessError,
        StoreClosedError,
        StoreDamagedError,
        StoreError,
        StoreExistsError,
        StoreFullError,
        StoreLockedError,
        StoreNotFoundError,
        UndoConflictError,
    )
    from localpay.store import Store

__all__ = [
    "AmountError",
    "BaseEntity",
    "CancelledError",
    "Cart",
    "Change",
    "CursorError",
    "DuplicateRecordError",
    "FieldError",
    "InstantError",
    "JsonError",
    "LineItem",
    "LocalpayError",
    "NewerStoreError",
    "NotAStoreError",
    "NothingToUndoError",
    "OlderStoreError",
    "OutputError",
    "Payment",
    "PaymentCollection",
    "PaymentSession",
    "QuarantinedRow",
    "QueryError",
    "ReadOnlyStoreError",
    "RecordError",
    "RecordInUseError",
    "RecordNotFoundError",
    "Refund",
    "Region",
    "RuleError",
    "SeedUsedError",
    "SortError",
    "SourceError",
    "Store",
    "StoreAccessError",
    "StoreClosedError",
    "StoreDamagedError",
    "StoreError",
    "StoreExistsError",
    "StoreFullError",
    "StoreLockedError",
    "StoreNotFoundError",
    "UndoConflictError",
]


def __getattr__(name: str) -> object:
    """Load a public name (PEP 562); the store, which costs most, comes last."""
    if name in __all__:
        for home in ("errors", "entities", "store"):
            found: object = getattr(import_module(f"localpay.{home}"), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module 'localpay' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
