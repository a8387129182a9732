"""`localpay payment`: capturing, refunding and canceling payments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay import money
from localpay.cli import operations
from localpay.cli.help import Exampled
from localpay.entities import REFUND_REASONS
from localpay.errors import AmountError

if TYPE_CHECKING:
    from localpay import Store
    from localpay.cli.operations import Asked
    from localpay.entities import Payment, RefundReason

_PAYMENT = "pay_01M82FCRE5Z6C0W5XJ9QK2T8DN"


@click.group(
    "payment",
    cls=operations.Family,
    examples=[
        f"localpay payment capture shop.localpay {_PAYMENT}",
        f"localpay payment refund shop.localpay {_PAYMENT} 12.50 --reason return",
    ],
    no_args_is_help=False,
    subcommand_metavar="COMMAND STORE PAYMENT ...",
)
def command() -> None:
    """Capture, refund or cancel a payment.

    Calls to its provider are reported on stderr. The payment as it is afterwards, with its
    refunds, goes to stdout.
    """


@command.command(
    cls=Exampled,
    examples=[f"localpay payment capture shop.localpay {_PAYMENT}"],
)
@operations.operation("payment")
def capture(asked: Asked) -> None:
    """Take the money that was authorized.

    A payment that is already captured stays as it is.
    """
    operations.run(
        asked,
        lambda store: store.payments.capture(asked.record_id, idempotency_key=asked.key),
    )


@command.command(
    cls=Exampled,
    examples=[
        f"localpay payment refund shop.localpay {_PAYMENT} 12.50 --reason return",
        f"localpay payment refund shop.localpay {_PAYMENT} 1250",
        f"localpay payment refund shop.localpay {_PAYMENT} 12.50eur --note 'broken handle'",
    ],
)
@operations.operation("payment")
@click.argument("amount")
@click.option(
    "--reason",
    type=click.Choice(REFUND_REASONS),
    default="other",
    show_default=True,
    help="Why.",
)
@click.option("--note", metavar="TEXT", help="More about the reason, for people.")
def refund(asked: Asked, amount: str, reason: RefundReason, note: str | None) -> None:
    """Give money back.

    AMOUNT is in minor units, such as 1250, or in major ones with a decimal point or a currency,
    such as 12.50 or 12eur.
    """

    def work(store: Store) -> Payment:
        payment = store.payments.get(asked.record_id, expand=())
        units, currency = _read(amount, payment.currency_code)
        store.payments.refund(
            payment.id,
            units,
            reason,
            note,
            currency_code=currency,
            idempotency_key=asked.key,
        )
        return store.payments.get(payment.id)

    operations.run(asked, work)


@command.command(
    cls=Exampled,
    examples=[f"localpay payment cancel shop.localpay {_PAYMENT}"],
)
@operations.operation("payment")
def cancel(asked: Asked) -> None:
    """Release the money that was authorized.

    A payment that is already canceled stays as it is.
    """
    operations.run(
        asked,
        lambda store: store.payments.cancel(asked.record_id, idempotency_key=asked.key),
    )


def _read(text: str, currency: str) -> tuple[int, str]:
    """An amount in minor units, and its currency: that of the payment if it names none.

    Raises:
        click.BadParameter: it is not an amount, or has too many decimals for its currency.
    """
    try:
        return money.parse_amount(text, currency)
    except AmountError as error:
        raise click.BadParameter(str(error), param_hint="AMOUNT") from None
