"""The rules: each fault of Medusa's that localpay repairs as a switch, with its documentation.

`Rules()` is repaired, `Rules.medusa()` does as the recorded Medusa 1.20.11 does. Some faults need
no switch, because nothing here could have them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

_ISSUES = "https://github.com/medusajs/medusa/issues/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which of Medusa's faults are repaired: true is repaired, false is as Medusa does.

    Faults:
    """

    reuse_last_session: bool = True
    refresh_keeps_selection: bool = True
    live_payment_counts: bool = True
    amount_follows_total: bool = True
    authorize_current_amount: bool = True
    delete_all_initiated: bool = True
    one_total: bool = True
    undo_at_provider: bool = True
    keys_are_bound: bool = True
    nothing_to_pay_completes: bool = True
    refunds_are_positive: bool = True
    payments_have_states: bool = True
    completed_is_final: bool = True
    false_is_unselected: bool = True
    leave_uninstalled: bool = True
    collections_stay_whole: bool = True
    customer_everywhere: bool = True
    authorized_stays: bool = True

    @classmethod
    def medusa(cls) -> Rules:
        """The rules of Medusa 1.20.11, faults and all."""
        return cls(**{each.name: False for each in fields(cls)})


class Fault(NamedTuple):
    """A fault of Medusa's.

    Attributes:
        rule: the switch of `Rules` that repairs it; None if nothing here could have the fault.
        fault: what Medusa does.
        instead: what localpay does.
        issues: the public issues of medusajs/medusa that report it.
    """

    rule: str | None
    fault: str
    instead: str
    issues: tuple[int, ...] = ()


FAULTS: tuple[Fault, ...] = (
    Fault(
        "reuse_last_session",
        "Creating sessions with one provider left in the region, whose session is there but not "
        "selected, starts a payment and then fails on the duplicate, every time",
        "that session is initiated and selected",
        (5374,),
    ),
    Fault(
        "refresh_keeps_selection",
        "Refreshing the selected session leaves nothing selected, so completing fails",
        "the new session is the selected one",
    ),
    Fault(
        "live_payment_counts",
        "When completing fails after authorizing, every retry asks the provider again and fails "
        "on the payment that is there",
        "what can be checked is checked first, and a live payment of this provider and amount "
        "counts as authorized",
        (6745, 7657, 4754, 2390),
    ),
    Fault(
        "amount_follows_total",
        "A provider that answers nothing to an update leaves the session's amount stale",
        "the amount is written whatever the answer",
    ),
    Fault(
        "authorize_current_amount",
        "A session whose amount is stale is authorized for that amount, and the payment says the "
        "cart's total",
        "the provider is told the total before it authorizes",
    ),
    Fault(
        "delete_all_initiated",
        "Another selection, or another region, forgets sessions that are initiated at their "
        "provider without deleting them there",
        "whatever is initiated is deleted at its provider",
        (2736,),
    ),
    Fault(
        "one_total",
        "Where taxes are not automatic, creating sessions counts the tax and selecting and "
        "refreshing do not",
        "every operation takes the cart's total",
    ),
    Fault(
        "undo_at_provider",
        "The old payment is deleted at its provider before the new one is started, so a refusal "
        "leaves a session that points at nothing",
        "everything is checked first, the new is started before the old is deleted, and deleted "
        "again if a later call fails",
    ),
    Fault(
        None,
        "A key named `error` in the data of a provider that echoes it is taken for a refusal",
        "a refusal is a type",
    ),
    Fault(
        None,
        "Refusing to delete, cancel or refund without a code and a detail counts as done",
        "a refusal is a type",
    ),
    Fault(
        "keys_are_bound",
        "An idempotency key of the client's own is ignored; one of the server's answers any other "
        "request as well, and a failed stage fails for ever",
        "the caller's key is kept with operation and arguments, and with final results",
    ),
    Fault(
        "nothing_to_pay_completes",
        "A cart whose total dropped to 0 cannot be completed while a session is selected",
        "a total of 0 needs no payment, whatever is selected",
        (3336, 5584),
    ),
    Fault(
        "refunds_are_positive",
        "Refunds of 0 and of negative amounts pass, and the latter make room for more",
        "a refund is of 1 minor unit or more",
        (16036,),
    ),
    Fault(
        "payments_have_states",
        "Canceled payments are captured and refunded, captured ones canceled, and canceling twice "
        "calls the provider twice",
        "each is refused, and canceling again changes nothing",
    ),
    Fault(
        None,
        "Another e-mail updates the sessions twice, the second time seconds later, even when the "
        "cart is completed",
        "they are updated once, with the change itself",
        (7147,),
    ),
    Fault(
        None,
        "A change of the cart while sessions are created takes their cart away from them",
        "a record is written by its own id, in one locked transaction",
        (6331,),
    ),
    Fault(
        "completed_is_final",
        "Sessions of a completed cart are created, selected, refreshed and deleted, at their paid "
        "providers too",
        "a completed cart is left as it is",
        (7147,),
    ),
    Fault(
        None,
        "An unknown cart, a missing session and a wrong sum are answered as unknown errors",
        "each has a class and a sentence of its own",
        (6226, 1628),
    ),
    Fault(
        "false_is_unselected",
        "A session with is_selected = false, as other tools leave it, blocks every change of the "
        "selection",
        "false counts as not selected",
    ),
    Fault(
        "leave_uninstalled",
        "A selected session of a provider that is no longer installed can be neither left nor "
        "deleted",
        "it is left and deleted locally",
        (4030,),
    ),
    Fault(
        "collections_stay_whole",
        "Refreshing a session drops the collection's other ones, authorizing nothing locks it, "
        "deleting it leaves orphans, and providers not offered are left out silently",
        "links stay, nothing authorized changes nothing, sessions go with their collection, and "
        "such a provider is refused",
    ),
    Fault(
        "customer_everywhere",
        "Refreshing a session tells the provider of no customer",
        "every call tells the same of the cart",
    ),
    Fault(
        None,
        "Capturing a payment leaves the status of its order",
        "there are no orders; a payment is the one place that knows",
    ),
    Fault(
        "authorized_stays",
        "An authorized session is left with its payment live, and chosen again it is pending with "
        "the instant of an authorization",
        "the payment has to be canceled first, and the instant goes",
    ),
)
"""All known faults, in the order of the README's table; rules in the order of `Rules`."""


def table() -> str:
    """All faults as a table in Markdown."""
    lines = [
        f"| {_name(fault)} | {fault.fault}{_links(fault)} | {fault.instead} |" for fault in FAULTS
    ]
    return "\n".join(("| rule | Medusa 1.20 | localpay |", "|---|---|---|", *lines))


def _name(fault: Fault) -> str:
    return "by design" if fault.rule is None else f"`{fault.rule}`"


def _links(fault: Fault) -> str:
    links = ", ".join(f"[#{number}]({_ISSUES}{number})" for number in fault.issues)
    return f" ({links})" if links else ""


def _documented(fault: Fault) -> str:
    issues = " ".join(f"#{number}" for number in fault.issues)
    name = f"{fault.rule} ({issues})" if issues else f"{fault.rule}"
    return f"\n    {name}: {fault.fault}. Repaired: {fault.instead}."


Rules.__doc__ = f"{Rules.__doc__ or ''}" + "".join(
    _documented(fault) for fault in FAULTS if fault.rule is not None
)
