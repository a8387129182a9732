"""Every failure localpay reports: one base class, one small class for each real situation.

Each message is one sentence that a user can act on; its details are attributes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_SOME = 9
"""How many names a message lists; it only counts the others."""


class LocalpayError(Exception):
    """Something localpay was asked to do cannot be done; the message says what and why."""


class ArgumentError(LocalpayError, ValueError):
    """An argument of a call is not acceptable; nothing was done.

    Attributes:
        name: the argument.
    """

    def __init__(self, name: str, takes: str, given: object) -> None:
        super().__init__(f"{name}: takes {takes}, not {_shown(given)}")
        self.name = name


# The file


class StoreError(LocalpayError):
    """The store's file cannot be used as asked.

    Attributes:
        path: the file, or ":memory:".
    """

    def __init__(self, path: Path | str, message: str) -> None:
        super().__init__(f"{path}: {message}")
        self.path = path


class StoreNotFoundError(StoreError):
    """There is no such file."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "no such file; `localpay init` creates a new store")


class StoreExistsError(StoreError):
    """A new file should be created where one exists already."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "the file exists already; it was not changed")


class NotAStoreError(StoreError):
    """The file is not a localpay store. It was not touched."""


class NewerStoreError(StoreError):
    """The file was written by a newer localpay than this one."""

    def __init__(self, path: Path | str, version: int, known: int) -> None:
        super().__init__(
            path,
            f"written by a newer localpay (format {version}, this one knows up to {known}); "
            "upgrade localpay to open it",
        )
        self.version = version


class OlderStoreError(StoreError):
    """The store must be migrated, but was opened read-only."""

    def __init__(self, path: Path | str, version: int, known: int) -> None:
        super().__init__(
            path,
            f"written by an older localpay (format {version}, now {known}); "
            "open it once without --read-only to migrate it",
        )
        self.version = version


class StoreAccessError(StoreError):
    """The operating system refuses the file, or its folder."""


class ReadOnlyStoreError(StoreError):
    """A store that is open read-only cannot be changed."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "the store is open read-only; nothing was changed")


class StoreLockedError(StoreError):
    """Another program kept the file locked for longer than we wait."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "another program is writing to the store; try again when it is done")


class StoreFullError(StoreError):
    """The disk is full; the change was rolled back."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(
            path, "the disk is full; nothing was changed, free some space and try again"
        )


class StoreDamagedError(StoreError):
    """SQLite cannot read the file because it was truncated or overwritten."""

    def __init__(self, path: Path | str, detail: str) -> None:
        super().__init__(path, f"the file is damaged ({detail}); restore it from a backup")


class StoreClosedError(StoreError):
    """The store was used after it was closed."""

    def __init__(self, path: Path | str) -> None:
        super().__init__(path, "the store is closed")


class CancelledError(LocalpayError):
    """A statement was cancelled by another thread because its result is no longer needed."""

    def __init__(self) -> None:
        super().__init__("cancelled")


# Records


class RecordError(LocalpayError):
    """Something is wrong with one record.

    Attributes:
        entity: the kind of record, by its table name, such as "payment_session".
        record_id: the record's id.
    """

    def __init__(self, entity: str, record_id: str, message: str) -> None:
        super().__init__(message)
        self.entity = entity
        self.record_id = record_id


class RecordNotFoundError(RecordError):
    """No record of this kind has this id."""

    def __init__(self, entity: str, record_id: str) -> None:
        super().__init__(entity, record_id, f"there is no {spoken(entity)} with id {record_id!r}")


class DuplicateRecordError(RecordError):
    """A record with this id exists already."""

    def __init__(self, entity: str, record_id: str) -> None:
        super().__init__(
            entity, record_id, f"there is already a {spoken(entity)} with id {record_id!r}"
        )


class RecordInUseError(RecordError):
    """The record cannot be deleted while other records belong to it."""

    def __init__(self, entity: str, record_id: str, by: str) -> None:
        super().__init__(
            entity, record_id, f"{spoken(entity)} {record_id!r} cannot be deleted: {by}"
        )


class RuleError(RecordError):
    """The change would break a rule of the data, such as one selected session per cart."""


class FieldError(LocalpayError):
    """A field does not take this value.

    Attributes:
        entity: the kind of record, by its table name.
        field: the field's name.
        reason: what the field takes instead.
    """

    def __init__(self, entity: str, field: str, reason: str) -> None:
        super().__init__(f"{spoken(entity)}.{field}: {reason}")
        self.entity = entity
        self.field = field
        self.reason = reason


class AmountError(LocalpayError, ValueError):
    """A text cannot be read as an amount of this currency."""


class InstantError(LocalpayError, ValueError):
    """A text cannot be read as an instant."""


class JsonError(LocalpayError, ValueError):
    """A text cannot be read as JSON, or a value cannot be written as JSON.

    Attributes:
        line: the line, counted from 1; None if a value was being written.
        column: the column, counted from 1; None if a value was being written.
        reason: what is wrong.
    """

    def __init__(self, reason: str, line: int | None = None, column: int | None = None) -> None:
        where = "" if line is None else f"line {line}, column {column}: "
        super().__init__(f"{where}{reason}")
        self.reason = reason
        self.line = line
        self.column = column


# Payments


class CartCompletedError(RecordError):
    """The checkout is completed, so the cart and its sessions can no longer change."""

    def __init__(self, cart_id: str) -> None:
        super().__init__(
            "cart", cart_id, f"cart {cart_id!r} is completed; capture, refund or cancel its payment"
        )


class CartIncompleteError(RecordError):
    """The cart has no items, or no customer, and so cannot be completed."""


class NothingSelectedError(RecordError):
    """There is nothing to authorize: no session is selected, or there is none at all."""


class NotAuthorizedError(RecordError):
    """The provider answered but did not authorize; its answer is stored with the session."""


class LivePaymentError(RecordError):
    """The operation would leave behind a payment that is authorized and not canceled.

    Attributes:
        payment_id: the id of that payment.
    """

    def __init__(self, cart_id: str, payment_id: str, what: str) -> None:
        super().__init__("cart", cart_id, f"{what}; cancel payment {payment_id!r} first")
        self.payment_id = payment_id


class SessionMissingError(RecordError):
    """The cart or collection has no session with this provider or id."""


class UnknownProviderError(LocalpayError):
    """The provider that must be called is not installed.

    Attributes:
        provider_id: the id of the provider.
    """

    def __init__(self, provider_id: str, known: Iterable[str]) -> None:
        super().__init__(
            f"provider {provider_id!r} is not installed (installed: {', '.join(sorted(known))}); "
            "pass it to Store.open(providers=…), or install its plug-in"
        )
        self.provider_id = provider_id


class ProviderNotOfferedError(RecordError):
    """The cart's region does not offer this provider.

    Attributes:
        provider_id: the provider.
    """

    def __init__(self, region_id: str, provider_id: str, offered: Iterable[str]) -> None:
        names = ", ".join(offered) or "none"
        super().__init__(
            "region",
            region_id,
            f"region {region_id!r} does not offer provider {provider_id!r}; it offers: {names}",
        )
        self.provider_id = provider_id


class ProviderError(LocalpayError):
    """A provider refused or failed. The store is unchanged; the journal has the call.

    Attributes:
        provider_id: the provider.
        method: the method that was called, such as `capture`.
    """

    def __init__(self, provider_id: str, method: str, message: str) -> None:
        super().__init__(f"provider {provider_id!r} {message}")
        self.provider_id = provider_id
        self.method = method


class ProviderRefusedError(ProviderError):
    """A provider refused.

    Attributes:
        reason: why, in its own words.
        code: its code for the reason, such as `card_declined`.
        detail: what else it says about it.
    """

    def __init__(
        self,
        provider_id: str,
        method: str,
        reason: str | None,
        code: str | None = None,
        detail: str | None = None,
    ) -> None:
        reason = reason or "without a reason"
        words = reason if detail is None else f"{reason}: {detail}"
        super().__init__(provider_id, method, f"refused to {method.replace('_', ' ')}: {words}")
        self.reason = reason
        self.code = code
        self.detail = detail


class ProviderFailedError(ProviderError):
    """A provider raised an error, or gave an answer that is not allowed.

    Whether anything happened there is unknown; see the provider's own records.
    """

    def __init__(self, provider_id: str, method: str, reason: str) -> None:
        super().__init__(provider_id, method, f"failed to {method.replace('_', ' ')}: {reason}")


class PaymentCanceledError(RecordError):
    """A canceled payment can be neither captured nor refunded."""

    def __init__(self, payment_id: str) -> None:
        super().__init__(
            "payment", payment_id, f"payment {payment_id!r} is canceled; authorize the cart again"
        )


class PaymentCapturedError(RecordError):
    """A captured payment cannot be canceled."""

    def __init__(self, payment_id: str) -> None:
        super().__init__(
            "payment", payment_id, f"payment {payment_id!r} is captured; refund it instead"
        )


class PaymentNotCapturedError(RecordError):
    """Only a captured payment can be refunded."""

    def __init__(self, payment_id: str) -> None:
        super().__init__(
            "payment",
            payment_id,
            f"payment {payment_id!r} is not captured; capture it, or cancel it",
        )


class RefundAmountError(RecordError):
    """The amount to refund is zero or negative."""

    def __init__(self, payment_id: str, amount: int) -> None:
        super().__init__(
            "payment", payment_id, f"a refund must be of 1 minor unit or more, not {amount}"
        )
        self.amount = amount


class RefundTooLargeError(RecordError):
    """The amount to refund is more than what is left of the payment.

    Attributes:
        left: what can still be refunded, in minor units.
    """

    def __init__(self, payment_id: str, amount: int, left: int) -> None:
        super().__init__(
            "payment",
            payment_id,
            f"{amount} cannot be refunded from payment {payment_id!r}: at most {left} is left",
        )
        self.left = left


class CurrencyError(RecordError):
    """An amount was given in a currency that is not the payment's."""

    def __init__(self, payment_id: str, currency: str, expected: str) -> None:
        super().__init__(
            "payment", payment_id, f"payment {payment_id!r} is in {expected}, not in {currency}"
        )


class CollectionStateError(RecordError):
    """A payment collection with this status can no longer be changed like this.

    Attributes:
        status: the status of the collection.
    """

    def __init__(self, collection_id: str, status: str, what: str) -> None:
        super().__init__(
            "payment_collection",
            collection_id,
            f"payment collection {collection_id!r} is {status.replace('_', ' ')}, so {what}",
        )
        self.status = status


class CollectionSumError(RecordError):
    """The amounts of a collection's sessions do not add up to its own."""

    def __init__(self, collection_id: str, given: int, wanted: int) -> None:
        super().__init__(
            "payment_collection",
            collection_id,
            f"the sessions of payment collection {collection_id!r} add up to {given}, "
            f"but its amount is {wanted}",
        )


class IdempotencyError(LocalpayError):
    """An idempotency key was used before for something else.

    Attributes:
        key: the key.
    """

    def __init__(self, key: str, before: str) -> None:
        super().__init__(
            f"idempotency key {key!r} was used for {before} with other arguments; use a new key"
        )
        self.key = key


class BusyError(LocalpayError):
    """A provider is being called for the same cart, payment or collection elsewhere.

    Attributes:
        subject: the id of that record.
    """

    def __init__(self, subject: str, operation: str) -> None:
        super().__init__(
            f"{subject}: {operation} is in progress in another thread or program; try again later"
        )
        self.subject = subject


class ChangedMeanwhileError(RecordError):
    """Somebody else changed a record while a provider was called. Nothing was written."""

    def __init__(self, entity: str, record_id: str) -> None:
        super().__init__(
            entity,
            record_id,
            f"{spoken(entity)} {record_id!r} was changed while a provider was called, so nothing "
            "was written; compare it with the calls in the journal and try again",
        )


class ProviderWarning(UserWarning):
    """The plug-in of a provider cannot be used; the others can."""


class InputError(LocalpayError, ValueError):
    """The text typed into a form is not a valid value of its field."""


# The journal


class NothingToUndoError(LocalpayError):
    """The journal has no step that can be undone or redone."""


class UndoConflictError(RecordError):
    """A record of the step has changed since, so undoing the step would lose that change."""

    def __init__(self, entity: str, record_id: str, detail: str) -> None:
        super().__init__(
            entity, record_id, f"{spoken(entity)} {record_id!r} has changed since: {detail}"
        )


# Queries


class QueryError(LocalpayError):
    """The text of a filter cannot be understood.

    Attributes:
        text: the whole query.
        position: the offset of the first character that does not fit, from 0.
        length: how many characters the message is about, at least 1.
        reason: what was expected there, with a suggestion if there is one.
    """

    def __init__(self, text: str, position: int, reason: str, length: int = 1) -> None:
        super().__init__(f"filter, column {position + 1}: {reason}")
        self.text = text
        self.position = position
        self.length = length
        self.reason = reason


class SortError(LocalpayError):
    """The records cannot be sorted by this column."""


class CursorError(LocalpayError):
    """A cursor belongs to another list, or was altered."""

    def __init__(self) -> None:
        super().__init__(
            "the cursor does not belong to this list; start again without one, "
            "and keep the query and the sort the same from page to page"
        )


class ViewNotFoundError(LocalpayError):
    """No view was saved under this name; the message says which there are.

    Attributes:
        name: the name.
        known: the names of all views.
    """

    def __init__(self, name: str, known: Sequence[str]) -> None:
        some = ", ".join(_shown(each) for each in known[:_SOME])
        if len(known) > _SOME:
            some += f" and {len(known) - _SOME} more"
        others = f", only {some}" if some else ": none was saved yet"
        super().__init__(f"there is no saved view {_shown(name)}{others}")
        self.name = name
        self.known = known


# In and out


class SourceError(LocalpayError):
    """A file cannot be imported; the store is unchanged.

    Attributes:
        source: the file's name, or "-" for standard input.
        line: the line, counted from 1, if known.
        column: the column, counted from 1, if known.
        reason: what is wrong there.
    """

    def __init__(
        self, source: str, reason: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        where = source
        if line is not None:
            where += f", line {line}"
        if column is not None:
            where += f", column {column}"
        super().__init__(f"{where}: {reason}")
        self.source = source
        self.line = line
        self.column = column
        self.reason = reason


class OutputError(LocalpayError):
    """The output cannot be written.

    Attributes:
        target: the file, or "standard output".
        reason: what the operating system says.
    """

    def __init__(self, target: str, reason: str) -> None:
        super().__init__(f"{target}: cannot be written: {reason}")
        self.target = target
        self.reason = reason


class SeedUsedError(LocalpayError):
    """The store already has the records made from this seed. It was not changed.

    Attributes:
        seed: the seed.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(f"the store already has the carts of seed {seed}; choose another seed")
        self.seed = seed


def spoken(name: str) -> str:
    """The name of a table, or of a state, as words: "requires_more" is "requires more"."""
    return name.replace("_", " ")


def _shown(given: object) -> str:
    """A value as a message shows it; only its type if it is long."""
    if isinstance(given, str):
        return repr(given[:60])
    is_short = given is None or (isinstance(given, int) and given.bit_length() <= 64)
    return repr(given) if is_short else type(given).__name__
