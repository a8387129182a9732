"""What `checkout` and `payment` share: running an operation on one record, and reporting it.

The calls to providers are reported on stderr, from the journal. The record as it is afterwards
goes to stdout, as a table or as Medusa's JSON.
"""

from __future__ import annotations

import functools
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

import click

import localpay
from localpay import jsontext, money
from localpay.cli import arguments, diagnostics, output
from localpay.cli.help import Exampled
from localpay.cli.table import table
from localpay.entities import Cart, Payment, PaymentSession, Refund
from localpay.errors import JsonError, ProviderWarning, spoken
from localpay.frozen import frozen
from localpay.inspect import states

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from localpay import Store
    from localpay.entities import Change
    from localpay.jsontext import JsonValue
    from localpay.payments.providers.protocol import Provider

Operated: TypeAlias = Literal["cart", "payment"]
R = TypeVar("R", bound=Cart | Payment)

_HEADER = ("record", "state", "amount", "provider_id", "id")


class Family(Exampled, click.Group):
    """A verb with verbs of its own, listed in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order in which help lists them."""
        del ctx
        return list(self.commands)


@frozen
class Asked:
    """What is asked of every operation.

    Attributes:
        store: the file.
        entity: the kind of record that it is done to.
        record_id: the cart's, or payment's, id.
        rules: `repaired`, or `medusa` with its faults.
        key: the caller's idempotency key.
        as_json: whether to write JSON instead of a table.
    """

    store: Path
    entity: Operated
    record_id: str
    rules: str
    key: str | None
    as_json: bool


def operation(
    entity: Operated,
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a verb on one cart or payment, with the usual options in `asked: Asked`."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(function)
        def asking(
            *,
            store: Path,
            record_id: str,
            rules: str,
            idempotency_key: str | None,
            as_json: bool,
            **others: Any,
        ) -> None:
            asked = Asked(
                store=store,
                entity=entity,
                record_id=record_id,
                rules=rules,
                key=idempotency_key,
                as_json=as_json,
            )
            function(asked, **others)

        record = click.argument("record_id", metavar=entity.upper())
        for parameter in (_AS_JSON, _KEY, _RULES, record, arguments.store):
            parameter(asking)
        return asking

    return decorate


def json_object(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> dict[str, JsonValue] | None:
    """Read an option that takes a JSON object, or with an `@` the name of a file that holds one.

    Raises:
        click.BadParameter: it is no JSON object, or the file cannot be read.
    """
    del ctx, param
    if text is None:
        return None
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text("utf-8-sig")
        value = jsontext.loads(text)
    except OSError as error:
        raise click.BadParameter(f"{text[1:]}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise click.BadParameter(f"{text[1:]}: this is not UTF-8") from None
    except JsonError as error:
        raise click.BadParameter(f"not JSON: {error}") from None
    if not isinstance(value, dict):
        raise click.BadParameter('takes a JSON object, such as {"card": "4242424242424242"}')
    return value


def run(asked: Asked, work: Callable[[Store], R], providers: Iterable[Provider] = ()) -> R:
    """Run an operation and report it.

    Args:
        asked: on which record, and how.
        work: does it, and returns the cart or payment as it is afterwards.
        providers: payment providers to use for this operation, besides the installed ones.

    Returns:
        What `work` returned.
    """
    with _opened(asked, providers) as store:
        before = store.records(asked.entity).get(asked.record_id)
        newest = next((line.number for line in store.history()), 0)
        after = work(store)
        calls = _calls(store, {*_called_for(before), *_called_for(after)}, newest)
        if asked.as_json:
            data = [jsontext.dumps_javascript(store.document(after))]
        else:
            data = list(_table(after))
    for line in map(_line_of, calls):
        diagnostics.say(line)
    if not calls:
        diagnostics.say("no provider was called")
    with output.stdout() as out:
        out.writelines(f"{line}\n" for line in data)
    return after


@contextmanager
def _opened(asked: Asked, providers: Iterable[Provider]) -> Iterator[Store]:
    """Open an existing store under the rules that were asked for."""
    from localpay.payments.rules import Rules  # noqa: PLC0415 - help needs none

    rules = Rules.medusa() if asked.rules == "medusa" else Rules()
    with (
        warnings.catch_warnings(),
        localpay.Store.open(
            asked.store, create=False, actor="cli", providers=providers, rules=rules
        ) as store,
    ):
        warnings.simplefilter("always", ProviderWarning)
        warnings.showwarning = lambda message, *_: diagnostics.say(f"localpay: {message}")
        yield store


def _called_for(record: Cart | Payment) -> list[str]:
    """The ids under which the journal records the calls for a cart or payment."""
    if isinstance(record, Payment):
        return [record.id]
    payment = [record.payment_id] if record.payment_id else []
    return [session.id for session in record.payment_sessions or ()] + payment


def _calls(store: Store, record_ids: Iterable[str], after: int) -> list[Change]:
    """The calls to providers for these records, after a line of the journal, in order."""
    lines = (
        line
        for record_id in record_ids
        for line in store.history(record_id, after=after)
        if line.is_call
    )
    return sorted(lines, key=lambda line: line.number)


def _line_of(call: Change) -> str:
    """A call in words: "simulator initiatePayment: ok, 3 ms"."""
    details = call.after or {}
    outcome = spoken(str(details["outcome"]))
    return f"{details['provider']} {details['call']}: {outcome}, {details['milliseconds']} ms"


def _table(record: Cart | Payment) -> Iterator[str]:
    rows = _of_cart(record) if isinstance(record, Cart) else _of_payment(record)
    return table(_HEADER, rows, right=frozenset({2}), room=output.room())


def _of_cart(cart: Cart) -> Iterator[tuple[str, ...]]:
    currency = cart.currency_code
    yield "cart", states.cart_state(cart), money.format_amount(cart.total, currency), "", cart.id
    for session in cart.payment_sessions or ():
        name = "selected session" if session.is_selected else "session"
        yield _row(name, session, session.status, currency)
    if cart.payment is not None:
        yield _row("payment", cart.payment, states.payment_state(cart.payment), currency)


def _of_payment(payment: Payment) -> Iterator[tuple[str, ...]]:
    yield _row("payment", payment, states.payment_state(payment), payment.currency_code)
    for refund in payment.refunds or ():
        yield _row("refund", refund, refund.reason, payment.currency_code)


def _row(
    name: str, record: PaymentSession | Payment | Refund, state: str, currency: str
) -> tuple[str, ...]:
    provider = "" if isinstance(record, Refund) else record.provider_id
    amount = money.format_amount(record.amount, currency)
    return name, spoken(state), amount, provider, record.id


def _refuse_empty(ctx: click.Context, param: click.Parameter, text: str | None) -> str | None:
    # An unset shell variable would give all operations the same key.
    del ctx, param
    if text is not None and not text.strip():
        raise click.BadParameter("it is empty")
    return text


_RULES = click.option(
    "--rules",
    type=click.Choice(["repaired", "medusa"]),
    default="repaired",
    show_default=True,
    help="Whether Medusa's faults are repaired, or kept.",
)
_KEY = click.option(
    "--idempotency-key",
    metavar="KEY",
    callback=_refuse_empty,
    help="If repeated with the same key, the command does nothing and answers the same.",
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write Medusa's JSON.")
