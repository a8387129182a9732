"""The operations of a recorded run, carried out with localpay.

An `Actor` replays one run: it makes the shop that the run begins with, and does each step.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Any

from localpay.entities import Cart
from localpay.payments.rules import Rules
from localpay.store import Store
from tests.clocks import NOON, SteppingClock
from tests.conformance.fakes import Tape, fake_providers

Json = dict[str, Any]

_INT4 = 2**31 - 1
_CART = re.compile(r"/carts/([^/ ]+)")


class Skipped(Exception):  # noqa: N818 - not an error
    """The step concerns something that localpay does not have."""


class Names:
    """Maps the run's placeholders, such as `ps#1`, to our ids and back."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}
        self._theirs: dict[str, str] = {}

    def bind(self, placeholder: str, ours: str) -> None:
        self._ours[placeholder] = ours
        self._theirs[ours] = placeholder

    def ours(self, placeholder: str) -> str:
        """Our id for a placeholder; anything else is returned unchanged."""
        return self._ours.get(placeholder, placeholder)

    def theirs(self, value: Any) -> Any:
        """A value of ours with each id replaced by its placeholder."""
        if isinstance(value, str):
            return self._theirs.get(value, value)
        if isinstance(value, list | tuple):
            return [self.theirs(each) for each in value]
        if isinstance(value, dict):
            return {name: self.theirs(each) for name, each in value.items()}
        return value


def expanded(value: Any) -> Any:
    """A recorded value with its generated members written out."""
    if isinstance(value, list):
        return [expanded(each) for each in value]
    if not isinstance(value, dict):
        return value
    members = {name: expanded(each) for name, each in value.items() if name != "$generated"}
    if "$generated" not in value:
        return members
    many = value["$generated"]
    made = {many["key_format"] % number: many["value"] for number in range(many["keys"])}
    return {**made, **members}


class Actor:
    """Replays one run under Medusa's rules."""

    def __init__(self, setup: Json) -> None:
        self.names = Names()
        self.tape = Tape()
        self.store = Store.open(
            ":memory:",
            clock=SteppingClock(NOON, timedelta(milliseconds=1)),
            random=Random(7),
            providers=fake_providers(self.tape),
            rules=Rules.medusa(),
        )
        self.collections: list[str] = []
        self._customers: dict[str, str] = {}
        self._setup = setup
        self._carts = 0
        self._has_news = False
        self._region(setup["region"])
        self.cart_id = self._new_cart(setup["cart"])

    def close(self) -> None:
        self.store.close()

    def act(self, step: Json) -> Any:
        """Do a step.

        Raises:
            Skipped: it concerns something that localpay does not have.
            LocalpayError: it cannot be done.
        """
        args = expanded(step["args"])
        if "body" in args:
            # Python calls have one list of arguments; a request also has a body.
            args = {**args, **args.pop("body")}
        self._step = step
        self._follow(step)
        self.tape.calls.clear()
        self.tape.queue(step.get("provider_plan") or {})
        act: Callable[..., Any] | None = getattr(self, f"_{step['op']}", None)
        if act is None:
            raise Skipped(f"localpay has no {step['op']}")
        self._skip_requests(args)
        self._skip_limits(args)
        return act(args)

    def _skip_requests(self, args: Json) -> None:
        """Skip what only concerns HTTP: bodies that cannot be read or have unknown members."""
        message = step_message(self._step)
        if "(HTML page)" in message or "should not exist" in message:
            raise Skipped("only HTTP")
        args.pop("raw_body", None)

    def _skip_limits(self, args: Json) -> None:
        """Skip what only fails in PostgreSQL: large numbers, and text that it cannot store."""
        if self._step["result"].get("error_type") not in {"unknown_error", "QueryFailedError"}:
            return
        text = json.dumps(args)
        if self.cart().total > _INT4 or "\\u0000" in text or "\\ud8" in text or "\\ud9" in text:
            raise Skipped("only a limit of PostgreSQL")

    def _cart(self, args: Json) -> str:  # noqa: ARG002 - the address names the cart
        """The cart of a step: the one in its address, or else the current one."""
        found = _CART.search(self._step.get("via") or "")
        return self.names.ours(found.group(1)) if found else self.cart_id

    def _follow(self, step: Json) -> None:
        """Make the cart in a step's address the current one, if it exists."""
        found = _CART.search(step.get("via") or "")
        if found and self.store.carts.find(self.names.ours(found.group(1)), expand=()):
            self.cart_id = self.names.ours(found.group(1))

    def cart(self) -> Cart:
        return self.store.carts.get(self.cart_id)

    def _key(self, args: Json) -> str | None:
        key = args.get("idempotency_key")
        return None if key is None else self.names.ours(key)

    # Set-up

    def _region(self, wanted: Json) -> str:
        region = self.store.regions.create(
            name=wanted["id"],
            currency_code=wanted["currency_code"],
            tax_rate=float(wanted["tax_rate"]),
            automatic_taxes=wanted.get("automatic_taxes", True),
            providers=wanted["providers"],
        )
        self.names.bind(wanted["id"], region.id)
        return region.id

    def _new_cart(self, args: Json) -> str:
        given = args.get("cart")
        wanted = {**self._setup["cart"], **args, **(given if isinstance(given, dict) else {})}
        email = wanted["email"]
        cart = self.store.carts.create(
            region_id=self.names.ours(self._setup["region"]["id"]),
            email=email,
            customer_id=self._customer(email) if wanted["has_customer"] else None,
            context={"ip": "127.0.0.1", "user_agent": "node"},
            items=[{"title": "item", **item} for item in wanted["items"]],
        )
        if cart.total != wanted["total"]:
            self.store.carts.update(cart.id, total=wanted["total"])
        self._carts += 1
        self.names.bind(f"cart#{self._carts}", cart.id)
        self.cart_id = cart.id
        return cart.id

    def _customer(self, email: str) -> str:
        made = f"cus#{len(self._customers) + 1}"
        return self._customers.setdefault(email, made)

    # Sessions

    def _create_sessions(self, args: Json) -> Cart:
        return self.store.checkout.create_sessions(
            self._cart(args), idempotency_key=self._key(args)
        )

    def _select(self, args: Json) -> Cart:
        return self.store.checkout.select(self._cart(args), args.get("provider_id"))  # type: ignore[arg-type]

    def _update_data(self, args: Json) -> Cart:
        return self.store.checkout.update_data(
            self._cart(args),
            args["provider_id"],
            args.get("data"),  # type: ignore[arg-type]
        )

    def _update_selected_data(self, args: Json) -> Cart:
        return self.store.checkout.update_selected_data(self._cart(args), args["data"])

    def _refresh(self, args: Json) -> Cart:
        return self.store.checkout.refresh(self._cart(args), args["provider_id"])

    def _delete(self, args: Json) -> Cart:
        return self.store.checkout.delete(self._cart(args), args["provider_id"])

    def _authorize(self, args: Json) -> Cart:
        return self.store.checkout.authorize(self._cart(args))

    def _complete(self, args: Json) -> Cart:
        return self.store.checkout.complete(self._cart(args), idempotency_key=self._key(args))

    def _get_cart(self, args: Json) -> Cart:
        return self.store.carts.get(self._cart(args))

    # Changes to the cart

    def _change(self, **changes: Any) -> Cart:
        """Change the cart, with the total that Medusa recorded."""
        if self._step["result"]["ok"]:
            changes["total"] = self._step["cart"]["total"]
        return self.store.checkout.update(self.cart_id, **changes)

    def _add_item(self, args: Json) -> Cart:
        key = self._key(args)
        item = {"title": "item", **{name: args[name] for name in ("unit_price", "quantity")}}
        if self._is_reduced():
            return self._change(items=[*self._lines(), item], idempotency_key=key)
        return self.store.checkout.add_item(self.cart_id, idempotency_key=key, **item)

    def _item(self, args: Json) -> str:
        return (self.cart().items or ())[args["item"]].id

    def _lines(self) -> list[Json]:
        return [{"id": item.id} for item in self.cart().items or ()]

    def _is_reduced(self) -> bool:
        """Whether discounts or gift cards apply, which Medusa computes again for each total."""
        cart = self.cart()
        return bool(cart.discount_total or cart.gift_card_total)

    def _set_item_quantity(self, args: Json) -> Cart:
        if self._is_reduced():
            lines = self._lines()
            lines[args["item"]]["quantity"] = args["quantity"]
            return self._change(items=lines)
        return self.store.checkout.change_item(
            self.cart_id, self._item(args), quantity=args["quantity"]
        )

    def _remove_item(self, args: Json) -> Cart:
        if self._is_reduced():
            lines = self._lines()
            del lines[args["item"]]
            return self._change(items=lines)
        return self.store.checkout.remove_item(self.cart_id, self._item(args))

    def _add_shipping_method(self, args: Json) -> Cart:
        return self._change(shipping_total=self.cart().shipping_total + args["price"])

    def _apply_discount(self, args: Json) -> Cart:
        return self._change(discount_total=round(self.cart().subtotal * args["percent"] / 100))

    def _remove_discount(self, args: Json) -> Cart:  # noqa: ARG002
        return self._change(discount_total=0)

    def _apply_gift_card(self, args: Json) -> Cart:
        return self._change(gift_card_total=min(args["balance"], self.cart().total))

    def _set_email(self, args: Json) -> Cart:
        self._has_news = True
        return self.store.checkout.update(
            self.cart_id, email=args["email"], customer_id=self._customer(args["email"])
        )

    def _deliver_events(self, args: Json) -> None:  # noqa: ARG002
        """Update the sessions after a change of e-mail, as an event does in Medusa."""
        if self._has_news and self.cart().payment_sessions:
            self.store.checkout.create_sessions(self.cart_id)
        self._has_news = False

    def _change_region(self, args: Json) -> Cart:
        region = args["region"]
        if region == "the same":
            region_id = self.cart().region_id
        elif self.names.ours(region["id"]) == region["id"]:
            region_id = self._region(region)
        else:
            region_id = self.names.ours(region["id"])
        return self.store.checkout.update(self.cart_id, region_id=region_id)

    # Changes made directly in Medusa's database

    def _set_total_quietly(self, args: Json) -> None:
        cart = self.cart()
        first = (cart.items or ())[0]
        price, rest = divmod(
            args["total"] - (cart.total - first.unit_price * first.quantity), first.quantity
        )
        items = [{"id": item.id} for item in cart.items or ()]
        items[0] |= {"unit_price": price}
        changed = self.store.carts.update(cart.id, items=items) if not rest else cart
        if changed.total != args["total"]:
            self.store.carts.update(cart.id, total=args["total"])

    def _mark_by_hand(self, args: Json) -> None:
        if args.get("is_selected") is False and not self._step["result"]["ok"]:
            raise Skipped("localpay's constraint allows any number of false rows")
        self._write_session(args["provider_id"])

    def _make_selected_by_hand(self, args: Json) -> None:
        self._write_session(args["provider_id"])

    def _write_session(self, provider_id: str) -> None:
        """Write a row directly, as the step recorded it, leaving `updated_at` as it is."""
        args = self._step["args"]
        wanted = next(each for each in self._step["sessions"] if each["provider_id"] == provider_id)
        is_selected = args.get("is_selected", wanted["is_selected"])
        self.store._database.run(
            "UPDATE payment_session SET is_selected = ?, is_initiated = ?"
            " WHERE cart_id = ? AND provider_id = ?",
            (is_selected, wanted["is_initiated"], self.cart_id, provider_id),
        )

    def _uninstalled_provider_in_region(self, args: Json) -> None:
        self._region_add_provider(args)

    def _region_add_provider(self, args: Json) -> None:
        region = self.store.regions.get(self.cart().region_id)
        offered = {*(region.providers or ()), args["provider_id"]}
        self.store.regions.update(region.id, providers=sorted(offered))

    def _region_remove_provider(self, args: Json) -> None:
        region = self.store.regions.get(self.cart().region_id)
        offered = {*(region.providers or ())} - {args["provider_id"]}
        self.store.regions.update(region.id, providers=sorted(offered))

    # Payments

    def _capture_payment(self, args: Json) -> Any:
        return self.store.payments.capture(self.names.ours(args["payment_id"]))

    def _refund_payment(self, args: Json) -> Any:
        return self.store.payments.refund(
            self.names.ours(args["payment_id"]),
            args.get("amount"),  # type: ignore[arg-type]
            args.get("reason"),  # type: ignore[arg-type]
            args.get("note"),
        )

    def _cancel_payment(self, args: Json) -> Any:
        return self.store.payments.cancel(self.names.ours(args["payment_id"]))

    # Collections

    def _create_collection(self, args: Json) -> Any:
        made = self.store.collections.create(
            amount=args["amount"],
            region_id=self.cart().region_id,
            description="test collection",
            created_by="medusa",
            metadata={},
        )
        self.collections.append(made.id)
        return made

    def _collection(self, args: Json) -> str:
        return self.collections[args["collection"]]

    def _set_collection_sessions(self, args: Json) -> Any:
        sessions = args.get("sessions")
        if isinstance(sessions, list):
            sessions = [
                {**each, "session_id": self.names.ours(each["session_id"])}
                if "session_id" in each
                else each
                for each in sessions
            ]
        return self.store.collections.set_sessions(self._collection(args), sessions)  # type: ignore[arg-type]

    def _set_collection_session(self, args: Json) -> Any:
        return self.store.collections.set_session(self._collection(args), args["provider_id"])

    def _authorize_collection_sessions(self, args: Json) -> Any:
        named = args["session_ids"]
        if isinstance(named, list):
            named = [self.names.ours(each) for each in named]
        return self.store.collections.authorize(self._collection(args), named)

    def _authorize_collection_session(self, args: Json) -> Any:
        return self.store.collections.authorize_session(
            self._collection(args), self.names.ours(args["session_id"])
        )

    def _refresh_collection_session(self, args: Json) -> Any:
        return self.store.collections.refresh(
            self._collection(args), self.names.ours(args["session_id"])
        )

    def _mark_collection_authorized(self, args: Json) -> Any:
        return self.store.collections.mark_authorized(self._collection(args))

    def _delete_collection(self, args: Json) -> None:
        self.store.collections.delete(self._collection(args))


def step_message(step: Json) -> str:
    """Medusa's message for a step that failed."""
    return str(step["result"].get("error_message") or "")
