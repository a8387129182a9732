"""`localpay checkout`: the sessions of a cart, until the cart is completed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from localpay.cli import diagnostics, operations
from localpay.cli.help import Exampled
from localpay.payments.providers.simulator import OUTCOMES, Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from localpay import Store
    from localpay.cli.operations import Asked
    from localpay.entities import Cart
    from localpay.jsontext import JsonValue
    from localpay.payments.providers.simulator import Outcome

_CART = "cart_01M82FCRDT9P6TYF4RX9RS1MTJ"


@click.group(
    "checkout",
    cls=operations.Family,
    examples=[
        f"localpay checkout create shop.localpay {_CART}",
        f"localpay checkout select shop.localpay {_CART} simulator",
        f"localpay checkout complete shop.localpay {_CART}",
    ],
    no_args_is_help=False,
    subcommand_metavar="COMMAND STORE CART ...",
)
def command() -> None:
    """Take a cart through its checkout.

    Calls to payment providers are reported on stderr. The cart as it is afterwards, with its
    sessions and its payment, goes to stdout.
    """


_provider = click.argument("provider_id", metavar="PROVIDER")
_context = click.option(
    "--context",
    metavar="JSON|@FILE",
    callback=operations.json_object,
    help="What to tell the provider about the request.",
)
_outcome = click.option(
    "--outcome",
    metavar="OUTCOME",
    type=click.Choice(OUTCOMES),
    help=f"What the simulator answers: {', '.join(OUTCOMES)}.",
)


@command.command(
    cls=Exampled,
    examples=[f"localpay checkout create shop.localpay {_CART}"],
)
@operations.operation("cart")
def create(asked: Asked) -> None:
    """Give a cart a session for each provider of its region.

    Sessions that it already has are updated to its total. If the region has only one provider, its
    session is selected at once.
    """
    operations.run(
        asked,
        lambda store: store.checkout.create_sessions(asked.record_id, idempotency_key=asked.key),
    )


@command.command(
    cls=Exampled,
    examples=[f"localpay checkout select shop.localpay {_CART} simulator"],
)
@operations.operation("cart")
@_provider
def select(asked: Asked, provider_id: str) -> None:
    """Select the provider to pay with, and start the payment there.

    The payment at the provider selected before is given up.
    """
    operations.run(
        asked,
        lambda store: store.checkout.select(
            asked.record_id, provider_id, idempotency_key=asked.key
        ),
    )


@command.command(
    cls=Exampled,
    examples=[
        f'localpay checkout update shop.localpay {_CART} --data \'{{"card": "4000000000009995"}}\'',
        f"localpay checkout update shop.localpay {_CART} stripe --data @intent.json",
    ],
)
@operations.operation("cart")
@click.argument("provider_id", metavar="[PROVIDER]", required=False)
@click.option(
    "--data",
    metavar="JSON|@FILE",
    callback=operations.json_object,
    required=True,
    help="What to send to the provider.",
)
def update(asked: Asked, provider_id: str | None, data: dict[str, JsonValue]) -> None:
    """Send data to a provider, and keep its answer with the session.

    This selects PROVIDER. Without PROVIDER, the data goes to the one that is selected already.
    """

    def work(store: Store) -> Cart:
        if provider_id is None:
            return store.checkout.update_selected_data(
                asked.record_id, data, idempotency_key=asked.key
            )
        return store.checkout.update_data(
            asked.record_id, provider_id, data, idempotency_key=asked.key
        )

    operations.run(asked, work)


@command.command(
    cls=Exampled,
    examples=[f"localpay checkout refresh shop.localpay {_CART} simulator"],
)
@operations.operation("cart")
@_provider
def refresh(asked: Asked, provider_id: str) -> None:
    """Replace a session with a new one.

    If it is the selected one, its payment is started anew at the provider as well.
    """
    operations.run(
        asked,
        lambda store: store.checkout.refresh(
            asked.record_id, provider_id, idempotency_key=asked.key
        ),
    )


@command.command(
    cls=Exampled,
    examples=[f"localpay checkout delete shop.localpay {_CART} simulator"],
)
@operations.operation("cart")
@_provider
def delete(asked: Asked, provider_id: str) -> None:
    """Remove a session, here and at its provider."""
    operations.run(
        asked,
        lambda store: store.checkout.delete(
            asked.record_id, provider_id, idempotency_key=asked.key
        ),
    )


@command.command(
    cls=Exampled,
    examples=[
        f"localpay checkout authorize shop.localpay {_CART}",
        f"localpay checkout authorize shop.localpay {_CART} --outcome require_more",
    ],
)
@operations.operation("cart")
@_context
@_outcome
def authorize(asked: Asked, context: dict[str, JsonValue] | None, outcome: Outcome | None) -> None:
    """Reserve the cart's total at the selected provider.

    If the provider agrees, the cart has a payment. Any other answer becomes the session's status.
    """
    _ask_for_money(
        asked,
        outcome,
        lambda store: store.checkout.authorize(asked.record_id, context, idempotency_key=asked.key),
    )


@command.command(
    cls=Exampled,
    examples=[
        f"localpay checkout complete shop.localpay {_CART}",
        f"localpay checkout complete shop.localpay {_CART} --outcome decline",
    ],
)
@operations.operation("cart")
@_context
@_outcome
def complete(asked: Asked, context: dict[str, JsonValue] | None, outcome: Outcome | None) -> None:
    """Authorize, and mark the cart as completed.

    If the provider asks for more, the cart is not completed; that is not an error.
    """
    cart = _ask_for_money(
        asked,
        outcome,
        lambda store: store.checkout.complete(asked.record_id, context, idempotency_key=asked.key),
    )
    if cart.completed_at is None:
        diagnostics.say(f"cart {cart.id} is not completed: its provider has not authorized it yet")


def _ask_for_money(asked: Asked, outcome: Outcome | None, work: Callable[[Store], Cart]) -> Cart:
    """Run an operation that authorizes, with the outcome that was chosen for the simulator."""
    if outcome is None:
        return operations.run(asked, work)
    simulator = Simulator(script=[outcome])

    def checked(store: Store) -> Cart:
        selected = store.carts.get(asked.record_id).payment_session
        if selected is not None and selected.provider_id != simulator.id:
            raise click.UsageError(
                f"--outcome is for provider {simulator.id!r}, "
                f"but {selected.provider_id!r} is selected"
            )
        return work(store)

    return operations.run(asked, checked, [simulator])
