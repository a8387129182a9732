"""Stories: single checkouts told step by step, so that their records have a history.

A story is data (see `data/demo.json`): a cart and a list of steps, each with the time since the
previous one. A step writes through the same repositories as any other change, at its own instant,
so the journal has the timeline of each story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

from localpay import jsontext
from localpay.clock import parse_instant
from localpay.entities import Payment
from localpay.seeding.markets import MARKETS
from localpay.seeding.provider_data import PROVIDERS, Attempt, write
from localpay.seeding.words import PRODUCTS
from localpay.storage.carts import Carts
from localpay.storage.payments import Payments, Refunds
from localpay.storage.regions import Regions
from localpay.storage.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from localpay.entities import Cart, PaymentSession
    from localpay.seeding.provider_data import Stage
    from localpay.storage.journal import Journal
    from localpay.storage.workspace import Workspace

Story: TypeAlias = Mapping[str, Any]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MARKETS = {market.name: market for market in MARKETS}
_PRODUCTS = {title: place for place, (title, _, _) in enumerate(PRODUCTS)}


class StoryClock:
    """A clock that shows the instant of the current step."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The current instant."""
        return self.now


def tell(
    stories: Iterable[Story], workspace: Workspace, journal: Journal, clock: StoryClock
) -> None:
    """Tell stories side by side, with all their steps in chronological order.

    Args:
        stories: the stories, as in `data/demo.json`.
        workspace: of the store to write to, which has the regions of the markets.
        journal: of the same store.
        clock: of the same store; it is set to the instant of each step.
    """
    steps = [
        (at, number, place, act)
        for number, story in enumerate(stories)
        for place, (at, act) in enumerate(Telling(story, workspace, journal, clock).steps())
    ]
    with workspace.database.writing() as transaction:
        for at, _, _, act in sorted(steps, key=lambda step: step[:3]):
            # One commit for all, but each has its own instant and its own step in the journal.
            clock.now = transaction.now = at
            transaction.step = None
            act()


class Telling:
    """A story that is being told.

    Args:
        story: the cart and the steps.
        workspace: of the store.
        journal: of the store; also gets the calls to providers.
        clock: of the store.
    """

    def __init__(
        self, story: Story, workspace: Workspace, journal: Journal, clock: StoryClock
    ) -> None:
        self._story = story
        self._workspace = workspace
        self._journal = journal
        self._clock = clock
        self._regions = Regions(workspace)
        self._carts = Carts(workspace)
        self._sessions = Sessions(workspace)
        self._payments = Payments(workspace)
        self._refunds = Refunds(workspace)
        self._market = _MARKETS[story["region"]]
        self._cart_id = ""
        self._session_ids: dict[str, str] = {}

    def steps(self) -> Iterator[tuple[datetime, Callable[[], None]]]:
        """The steps of the story: when each one happens, and the function that does it."""
        at = parse_instant(self._story["at"])
        yield at, self._begin
        verbs = self._verbs()
        for after, verb, *details in self._story["steps"]:
            at += timedelta(**{_UNITS[after[-1]]: float(after[:-1])})
            yield at, partial(verbs[verb], *details)

    def _verbs(self) -> dict[str, Callable[..., None]]:
        """What each step does, by its name in a story."""
        return {
            "offer": self._offer,
            "choose": self._choose,
            "answer": self._answer,
            "fail": self._fail,
            "refresh": self._refresh,
            "add": self._add,
            "redeem": self._redeem,
            "move": self._move,
            "complete": self._complete,
            "capture": self._capture,
            "refund": self._refund,
            "cancel": self._cancel,
            "introduce": self._introduce,
            "withdraw": self._withdraw,
            "edit": self._edit,
        }

    def _begin(self) -> None:
        lines = [self._line(*item) for item in self._story["items"]]
        prices = [line["unit_price"] * line["quantity"] for line in lines]
        totals = self._market.totals(
            prices,
            self._story.get("discount", 0),
            self._story.get("shipping", self._market.shipping),
        )
        cart = self._carts.create(
            region_id=self._region_id(),
            email=self._story.get("email"),
            type=self._story.get("type", "default"),
            context={"ip": "198.51.100.7", "user_agent": "demo"},
            metadata={"story": self._story["title"], **self._story.get("metadata", {})},
            items=lines,
            **totals._asdict(),
        )
        self._cart_id = cart.id

    def _offer(self, *providers: str) -> None:
        """Make sessions, by default one for each provider of the market."""
        for provider in providers or self._market.providers:
            session = self._sessions.create(cart_id=self._cart_id, provider_id=provider, data={})
            self._session_ids[provider] = session.id

    def _choose(self, provider: str, data: Any = None) -> None:
        """Select a provider's session, which starts a payment there."""
        for each in self._cart("payment_sessions").payment_sessions or ():
            if each.is_initiated and each.provider_id != provider:
                self._call(each, "deletePayment", "ok")
                self._sessions.update(each.id, is_selected=None, is_initiated=False)
        total = self._cart().total
        session = self._session(provider)
        self._call(session, "updatePayment" if session.is_initiated else "initiatePayment", "ok")
        self._sessions.update(
            session.id,
            is_selected=True,
            is_initiated=True,
            status=session.status if session.is_initiated else "pending",
            amount=total,
            data=self._data(provider, "pending", total, data),
        )

    def _answer(self, provider: str, status: Stage, data: Any = None) -> None:
        """Authorize a session; the provider answers with a status."""
        session = self._session(provider)
        self._call(session, "authorizePayment", status)
        kept = self._data(provider, status, session.amount or 0, data)
        if status != "authorized":
            self._sessions.update(session.id, status=status, data=kept)
            return
        now = self._now()
        self._sessions.update(session.id, status=status, data=kept, payment_authorized_at=now)
        payment = self._payments.create(
            cart_id=self._cart_id, amount=self._cart().total, provider_id=provider, data=kept
        )
        self._carts.update(self._cart_id, payment_id=payment.id, payment_authorized_at=now)

    def _fail(self, provider: str, method: str, reason: str) -> None:
        """A call to the provider that failed, so nothing changed here either."""
        self._call(self._session(provider), method, "failed", reason=reason)

    def _refresh(self, provider: str) -> None:
        """Replace a session; as in Medusa, the new one is not selected."""
        session = self._session(provider)
        self._call(session, "deletePayment", "ok")
        self._sessions.delete(session.id)
        session = self._sessions.create(
            cart_id=self._cart_id,
            provider_id=provider,
            is_initiated=True,
            data=self._data(provider, "pending", self._cart().total),
        )
        self._session_ids[provider] = session.id
        self._call(session, "initiatePayment", "ok")

    def _add(self, title: str, quantity: int) -> None:
        """Add an item to the cart without updating the sessions."""
        items = [{"id": item.id} for item in self._cart("items").items or ()]
        self._carts.update(self._cart_id, items=[*items, self._line(title, quantity)])

    def _redeem(self, amount: int | None = None) -> None:
        """Pay with a gift card, by default all of it."""
        total = self._cart().total
        self._carts.update(self._cart_id, gift_card_total=total if amount is None else amount)

    def _move(self, region: str) -> None:
        """Move the cart to another region, where its sessions do not exist."""
        for each in self._cart("payment_sessions").payment_sessions or ():
            self._sessions.delete(each.id)
        self._market = _MARKETS[region]
        self._carts.update(self._cart_id, region_id=self._region_id())

    def _complete(self) -> None:
        order_id = f"order_{self._cart_id.removeprefix('cart_')}"
        payment = self._cart("payment").payment
        if payment is not None:
            self._payments.update(payment.id, order_id=order_id)
        self._carts.update(self._cart_id, completed_at=self._now())

    def _capture(self) -> None:
        payment = self._payment()
        self._call(payment, "capturePayment", "ok")
        data = self._data(payment.provider_id, "captured", payment.amount)
        self._payments.update(payment.id, captured_at=self._now(), data=data)

    def _refund(self, amount: int, reason: str, note: str | None = None) -> None:
        payment = self._payment()
        self._call(payment, "refundPayment", "ok")
        self._refunds.create(
            payment_id=payment.id, order_id=payment.order_id, amount=amount, reason=reason,
            note=note,
        )  # fmt: skip
        self._payments.update(
            payment.id,
            amount_refunded=payment.amount_refunded + amount,
            data=self._data(payment.provider_id, "refunded", payment.amount),
        )

    def _cancel(self) -> None:
        payment = self._payment()
        self._call(payment, "cancelPayment", "ok")
        self._payments.update(payment.id, canceled_at=self._now())

    def _introduce(self, provider: str) -> None:
        """Let the region offer one more provider."""
        region = self._regions.get(self._region_id())
        self._regions.update(region.id, providers=[*(region.providers or ()), provider])

    def _withdraw(self, provider: str) -> None:
        """Remove a provider from the region. Existing sessions stay."""
        region = self._regions.get(self._region_id())
        left = [each for each in region.providers or () if each != provider]
        self._regions.update(region.id, providers=left)

    def _edit(self, provider: str, changes: Mapping[str, Any]) -> None:
        """Change fields of a session by hand."""
        self._sessions.update(self._session(provider).id, **changes)

    # Shared by the steps

    def _cart(self, *relations: str) -> Cart:
        return self._carts.get(self._cart_id, expand=relations)

    def _session(self, provider: str) -> PaymentSession:
        return self._sessions.get(self._session_ids[provider])

    def _payment(self) -> Payment:
        payment = self._cart("payment").payment
        assert payment is not None, self._story["title"]
        return payment

    def _now(self) -> datetime:
        """The instant of the step as Medusa's own clock gives it: without microseconds."""
        now = self._clock.now
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def _region_id(self) -> str:
        found: str = self._workspace.database.value(
            "SELECT id FROM region WHERE name = ?", (self._market.name,)
        )
        return found

    def _line(self, title: str, quantity: int, unit_price: int | None = None) -> dict[str, Any]:
        """An item; products of the catalogue have a price in each market."""
        description = None
        if title in _PRODUCTS:
            place = _PRODUCTS[title]
            description = PRODUCTS[place][1]
            unit_price = unit_price or self._market.prices[place]
        return {
            "title": title,
            "description": description,
            "unit_price": unit_price,
            "quantity": quantity,
            "metadata": {},
        }

    def _token(self, provider: str) -> str:
        words = f"{self._story['title']} {provider} {self._cart_id}"
        return blake2b(words.encode(), digest_size=16).hexdigest()

    def _data(self, provider: str, stage: Stage, amount: int, given: Any = None) -> Any:
        """What the provider keeps, overridden by the members that the story has."""
        if isinstance(given, str):
            return MADE[given]()
        data: dict[str, Any] = {"status": stage}
        if provider in PROVIDERS:
            seconds = int(self._clock.now.timestamp())
            token = self._token(provider)
            attempt = Attempt(self._cart_id, amount, self._market, token, seconds)
            data = jsontext.loads(write(provider, stage, attempt))
        return data | (given or {})

    def _call(
        self, record: PaymentSession | Payment, method: str, outcome: str, **details: str
    ) -> None:
        """Note in the journal that a provider was called."""
        table = "payment" if isinstance(record, Payment) else "payment_session"
        took = 90 + 3 * int(self._token(method)[:2], 16)
        self._journal.write(
            "provider_call", table, record.id, None,
            {
                "provider": record.provider_id, "call": method, "outcome": outcome,
                "milliseconds": took, **details,
            },
        )  # fmt: skip


def _long() -> Any:
    """About 40 KB: a provider that keeps a log of every webhook it ever sent."""
    events = [
        {
            "id": f"evt_{number:04}",
            "type": ("payment_intent.created", "payment_intent.processing", "charge.pending")[
                number % 3
            ],
            "attempts": number % 5 + 1,
            "delivered": number % 7 != 0,
            "endpoint": "https://shop.example.test/hooks/payments",
        }
        for number in range(300)
    ]
    return {"id": "pi_long", "status": "requires_capture", "webhooks": events}


def _deep() -> Any:
    """Thirty levels: a provider that wraps each retry in the one before."""
    data: Any = {"status": "pending", "reason": "the innermost attempt"}
    for attempt in range(28, 0, -1):
        data = {"attempt": attempt, "previous": data}
    return {"pspReference": "DEEP000000000000", "retries": data}


MADE: dict[str, Callable[[], Any]] = {"long": _long, "deep": _deep}
"""Data too long or too deep to be part of a story, by its name there."""
