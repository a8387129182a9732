"""Compares a recorded run with ours, step by step.

It compares the rows of sessions, cart, payments, refunds and collections as sets, which of them
were kept, replaced or written, the provider calls with their inputs, and the class of the error.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from localpay import errors
from localpay.entities import BaseEntity, Cart
from tests.conformance.acting import Actor, Json, Skipped, expanded, step_message

INSTANTS = (
    "created_at",
    "updated_at",
    "payment_authorized_at",
    "completed_at",
    "captured_at",
    "canceled_at",
    "deleted_at",
)

NOT_OURS = {"order_id", "selected_payment_session", "sessions", "payments", "idempotency_key"}
"""Members of a recorded row that are not our columns, or are not from that row alone."""

UNORDERED = {
    "create_sessions", "add_item", "remove_item", "set_item_quantity", "add_shipping_method",
    "apply_discount", "remove_discount", "apply_gift_card", "set_email", "deliver_events",
}  # fmt: skip
"""Operations on several sessions, whose provider calls Medusa makes in no fixed order."""

ERRORS: dict[str, tuple[type[Exception], ...]] = {
    "not_allowed": (
        errors.ProviderNotOfferedError,
        errors.NothingSelectedError,
        errors.PaymentNotCapturedError,
        errors.RefundTooLargeError,
        errors.CollectionStateError,
    ),
    "invalid_data": (
        errors.ProviderRefusedError,
        errors.FieldError,
        errors.CartIncompleteError,
        errors.NotAuthorizedError,
        errors.ProviderNotOfferedError,
    ),
    "not_found": (
        errors.RecordNotFoundError,
        errors.UnknownProviderError,
        errors.SessionMissingError,
    ),
    "duplicate_error": (errors.RuleError,),
    "payment_authorization_error": (errors.NotAuthorizedError,),
    # Medusa calls many errors unknown; localpay has a class for each.
    "unknown_error": (
        errors.ProviderFailedError,
        errors.RecordNotFoundError,
        errors.SessionMissingError,
        errors.FieldError,
    ),
    "unexpected_state": (
        errors.ProviderError,
        errors.SessionMissingError,
        errors.CollectionSumError,
    ),
    "invalid_argument": (errors.NotAuthorizedError,),
    # Errors of services that are called without HTTP.
    "Error": (errors.ProviderFailedError,),
    "TypeError": (errors.ProviderFailedError,),
    "QueryFailedError": (errors.RuleError, errors.ProviderFailedError, errors.FieldError),
}
"""Medusa's error types, each with the localpay errors that correspond to it."""


class Difference(AssertionError):  # noqa: N818 - reads better without
    """A recorded run and ours disagree."""


def replay(trace: Json) -> list[str]:
    """Replay a recorded run.

    Returns:
        The steps that were skipped, each with the reason.

    Raises:
        Difference: our run differs from the recorded one.
    """
    actor = Actor(trace["setup"])
    try:
        comparison = Comparison(actor)
        for number, step in enumerate(trace["steps"]):
            try:
                comparison.step(step)
            except Difference as difference:
                where = f"{trace['name']}, step {number} ({step['op']}): {difference}"
                raise Difference(where) from difference.__cause__
        return comparison.skipped
    finally:
        actor.close()


class Comparison:
    """The comparison of one run.

    Attributes:
        skipped: the steps that were skipped, each with the reason.
    """

    def __init__(self, actor: Actor) -> None:
        self.skipped: list[str] = []
        self._actor = actor
        self._names = actor.names
        self._before: dict[str, dict[str, datetime | None]] = {}
        self._total = actor.cart().total
        self._keys: set[str] = set()

    def step(self, step: Json) -> None:
        """Do a step and compare everything.

        Raises:
            Difference: something is different.
        """
        try:
            self._result(step)
        except Skipped as reason:
            self.skipped.append(f"{step['op']}: {reason}")
        self._bind_key(step)
        self._rows(step)
        self._calls(step)

    def _result(self, step: Json) -> None:
        wanted = step["result"]
        try:
            found = self._actor.act(step)
        except errors.LocalpayError as error:
            if wanted["ok"]:
                raise Difference(f"failed with {type(error).__name__}: {error}") from error
            allowed = ERRORS.get(wanted.get("error_type") or "", ())
            if not isinstance(error, allowed):
                raise Difference(
                    f"failed with {type(error).__name__} instead of {wanted['error_type']} "
                    f"({step_message(step)})"
                ) from error
            self._code(wanted, error)
            return
        except Skipped:
            raise
        except Exception as error:
            if wanted["ok"] or wanted.get("error_type") != "QueryFailedError":
                raise Difference(f"broke down: {error!r}") from error
            return
        if not wanted["ok"]:
            raise Difference(f"did not fail, but {step_message(step)!r} was recorded")
        if isinstance(found, Cart):
            self._body(wanted.get("body") or {}, found)

    @staticmethod
    def _code(wanted: Json, error: Exception) -> None:
        if (
            isinstance(error, errors.ProviderRefusedError)
            and wanted["error_type"] == "invalid_data"
        ):
            _same("code of the error", wanted.get("error_code"), error.code)

    def _body(self, body: Json, found: Cart) -> None:
        """Compare the answer, as far as it was recorded."""
        if body.get("type") == "order":
            _same("completed", True, found.completed_at is not None)
            payments = [] if found.payment is None else [self._names.theirs(found.payment.id)]
            wanted = (body.get("order") or {}).get("payments")
            if wanted is not None and all(each in self._before for each in wanted):
                _same("payments of the order", wanted, payments)
        elif body.get("type") == "cart":
            _same("completed", False, found.completed_at is not None)
        cart = body.get("cart") or {}
        if isinstance(cart.get("payment_sessions"), list):
            providers = sorted(each.provider_id for each in found.payment_sessions or ())
            _same("sessions answered", sorted(cart["payment_sessions"]), providers)

    def _bind_key(self, step: Json) -> None:
        """Note our key, the newest in the file, for the key in Medusa's answer."""
        header = step["result"].get("idempotency_key_header")
        newest = self._actor.store._database.value(
            "SELECT idempotency_key FROM idempotency_key ORDER BY rid DESC LIMIT 1"
        )
        if header and newest and newest not in self._keys:
            self._keys.add(newest)
            self._names.bind(header, newest)

    # Rows

    def _rows(self, step: Json) -> None:
        store = self._actor.store
        cart_id = self._actor.cart_id
        after: dict[str, dict[str, datetime | None]] = {}
        self._table(after, "sessions", step["sessions"], self._sessions_of(cart_id))
        payments = store.payments.list()
        others = {each.id for each in payments if each.cart_id not in {cart_id, None}}
        self._table(after, "payments", step["payments"], payments, may_be_left=others)
        refunds = store.refunds.list()
        others = {each.id for each in refunds if each.payment_id in others}
        self._table(after, "refunds", step["refunds"], refunds, may_be_left=others)
        if "collections" in step:
            sessions = self._sessions_of(None)
            self._table(after, "collection sessions", step["collection_sessions"], sessions)
            collections = store.collections.list(expand=("payment_sessions", "payments"))
            self._table(after, "collections", step["collections"], collections)
            for wanted in step["collections"]:
                found = store.collections.get(self._names.ours(wanted["id"]))
                for name, related in (
                    ("sessions", found.payment_sessions),
                    ("payments", found.payments),
                ):
                    linked = sorted(self._names.theirs(each.id) for each in related or ())
                    _same(f"{name} of {wanted['id']}", sorted(wanted[name]), linked)
        self._cart(after, step)
        self._before = after

    def _sessions_of(self, cart_id: str | None) -> list[Any]:
        return [each for each in self._actor.store.sessions.list() if each.cart_id == cart_id]

    def _table(
        self,
        after: dict[str, dict[str, datetime | None]],
        table: str,
        wanted: list[Json],
        found: Iterable[BaseEntity],
        may_be_left: Collection[str] = (),
    ) -> None:
        left = {each.id: each for each in found}
        for row in sorted(wanted, key=lambda row: self._names.ours(row["id"]) == row["id"]):
            match = self._match(expanded(row), left)
            del left[match.id]
            self._row(after, expanded(row), match)
        if not left.keys() <= {*may_be_left}:
            raise Difference(f"{table} that were not recorded: {list(left.values())}")

    def _match(self, wanted: Json, left: dict[str, Any]) -> Any:
        """Our row for a recorded one: the row of its placeholder, or a new row that matches."""
        ours = self._names.ours(wanted["id"])
        if ours in left:
            return left[ours]
        candidates = [] if ours != wanted["id"] else sorted(left.values(), key=lambda row: row.id)
        for same in (("provider_id", "amount", "data"), ("provider_id",), ()):
            for row in candidates:
                is_new = self._names.theirs(row.id) == row.id
                if is_new and all(getattr(row, name, None) == wanted.get(name) for name in same):
                    self._names.bind(wanted["id"], row.id)
                    return row
        raise Difference(f"{wanted['id']} is missing; there are {list(left.values())}")

    def _row(self, after: dict[str, dict[str, datetime | None]], wanted: Json, found: Any) -> None:
        for name, value in wanted.items():
            if name in NOT_OURS or name in INSTANTS:
                continue
            if name == "payment_id" and value is None and "reason" in wanted:
                continue  # refunded through the order
            ours = self._names.theirs(getattr(found, name)) if name != "data" else found.data
            _same(f"{wanted['id']}.{name}", value, ours)
        after[wanted["id"]] = {}
        for name in INSTANTS:
            if name in wanted:
                now = getattr(found, name)
                self._instant(wanted["id"], name, wanted[name], now)
                after[wanted["id"]][name] = now

    def _instant(self, row: str, name: str, wanted: str | None, now: datetime | None) -> None:
        before = self._before.get(row, {}).get(name)
        match wanted:
            case None:
                agrees = now is None
            case "set":
                agrees = now is not None
            case "same":
                agrees = now is not None and now == before
            case _:
                agrees = now is not None and now != before
        if not agrees:
            raise Difference(
                f"{row}.{name}: {wanted} was recorded, ours changed from {before} to {now}"
            )

    def _cart(self, after: dict[str, dict[str, datetime | None]], step: Json) -> None:
        wanted = step["cart"]
        if wanted is None:
            return
        cart = self._actor.cart()
        if cart.total != wanted["total"] and self._has_automatic_taxes(cart):
            if not cart.gift_card_total:
                _same("cart.total", wanted["total"], cart.total)
            # How a completed order changes the gift card is up to Medusa.
            cart = self._actor.store.carts.update(cart.id, total=wanted["total"])
        selected = cart.payment_session
        _same(
            "the selected session",
            wanted["selected_payment_session"],
            None if selected is None else self._names.theirs(selected.id),
        )
        for name in ("region_id", "payment_id"):
            _same(f"cart.{name}", wanted[name], self._names.theirs(getattr(cart, name)))
        after["cart"] = {}
        for name in ("payment_authorized_at", "completed_at", "updated_at"):
            now = getattr(cart, name)
            # Totals are columns of our carts, so a change of total writes the cart.
            if name != "updated_at" or wanted["total"] == self._total:
                self._instant("cart", name, wanted[name], now)
            after["cart"][name] = now
        self._total = wanted["total"]

    @staticmethod
    def _has_automatic_taxes(cart: Cart) -> bool:
        """Whether taxes are automatic; if not, Medusa has two totals and shows only one."""
        return cart.region is None or cart.region.automatic_taxes

    # Calls

    def _calls(self, step: Json) -> None:
        wanted = [self._call(expanded(each)) for each in step["provider_calls"]]
        found = [self._call(self._names.theirs(each)) for each in self._actor.tape.calls]
        if step["op"] in UNORDERED:
            wanted.sort(key=repr)
            found.sort(key=repr)
        if len(wanted) != len(found):
            raise Difference(f"calls: recorded {_names(wanted)}, ours {_names(found)}")
        for theirs, ours in zip(wanted, found, strict=True):
            _same("call", theirs, ours)

    @staticmethod
    def _call(call: Json) -> Json:
        return {
            name: _sorted(each) for name, each in sorted(call.items()) if name != "output_undefined"
        }


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _sorted(each) for name, each in sorted(value.items())}
    return [_sorted(each) for each in value] if isinstance(value, list) else value


def _same(what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise Difference(f"{what}: recorded {wanted!r}, ours {found!r}")


def _names(calls: list[Json]) -> list[str]:
    return [f"{call['provider_id']}.{call['method']}" for call in calls]
