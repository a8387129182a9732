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
        SavedView,
    )
    from localpay.errors import (
        AmountError,
        ArgumentError,
        BusyError,
        CancelledError,
        CartCompletedError,
        CartIncompleteError,
        ChangedMeanwhileError,
        CollectionStateError,
        CollectionSumError,
        CurrencyError,
        CursorError,
        DuplicateRecordError,
        FieldError,
        IdempotencyError,
        InputError,
        InstantError,
        JsonError,
        LivePaymentError,
        LocalpayError,
        NewerStoreError,
        NotAStoreError,
        NotAuthorizedError,
        NothingSelectedError,
        NothingToUndoError,
        OlderStoreError,
        OutputError,
        PaymentCanceledError,
        PaymentCapturedError,
        PaymentNotCapturedError,
        ProviderError,
        ProviderFailedError,
        ProviderNotOfferedError,
        ProviderRefusedError,
        ProviderWarning,
        QueryError,
        ReadOnlyStoreError,
        RecordError,
        RecordInUseError,
        RecordNotFoundError,
        RefundAmountError,
        RefundTooLargeError,
        RuleError,
        SeedUsedError,
        SessionMissingError,
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
        UnknownProviderError,
        ViewNotFoundError,
    )
    from localpay.payments.rules import Rules
    from localpay.store import Store

__all__ = [
    "AmountError",
    "ArgumentError",
    "BaseEntity",
    "BusyError",
    "CancelledError",
    "Cart",
    "CartCompletedError",
    "CartIncompleteError",
    "Change",
    "ChangedMeanwhileError",
    "CollectionStateError",
    "CollectionSumError",
    "CurrencyError",
    "CursorError",
    "DuplicateRecordError",
    "FieldError",
    "IdempotencyError",
    "InputError",
    "InstantError",
    "JsonError",
    "LineItem",
    "LivePaymentError",
    "LocalpayError",
    "NewerStoreError",
    "NotAStoreError",
    "NotAuthorizedError",
    "NothingSelectedError",
    "NothingToUndoError",
    "OlderStoreError",
    "OutputError",
    "Payment",
    "PaymentCanceledError",
    "PaymentCapturedError",
    "PaymentCollection",
    "PaymentNotCapturedError",
    "PaymentSession",
    "ProviderError",
    "ProviderFailedError",
    "ProviderNotOfferedError",
    "ProviderRefusedError",
    "ProviderWarning",
    "QuarantinedRow",
    "QueryError",
    "ReadOnlyStoreError",
    "RecordError",
    "RecordInUseError",
    "RecordNotFoundError",
    "Refund",
    "RefundAmountError",
    "RefundTooLargeError",
    "Region",
    "RuleError",
    "Rules",
    "SavedView",
    "SeedUsedError",
    "SessionMissingError",
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
    "UnknownProviderError",
    "ViewNotFoundError",
]

_HOMES = {"Rules": ("payments.rules",), "Store": ("store",)}


def __getattr__(name: str) -> object:
    """Load a public name (PEP 562), from its home alone: the store costs most, errors least."""
    if name in __all__:
        for home in _HOMES.get(name, ("errors", "entities")):
            found: object = getattr(import_module(f"localpay.{home}"), name, None)
            if found is not None:
                globals()[name] = found
                return found
    raise AttributeError(f"module 'localpay' has no attribute {name!r}")


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
