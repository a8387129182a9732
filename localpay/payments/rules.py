"""The rules: a switch for each of Medusa's faults that localpay repairs, and what is known of each.

`Rules()` repairs them all; `Rules.medusa()` behaves as the recorded Medusa 1.20.11. Some faults
need no switch, because the design of localpay rules them out.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

_ISSUES = "https://github.com/medusajs/medusa/issues/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which of Medusa's faults are repaired: true repairs a fault, false behaves as Medusa does.

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
        """The rules of Medusa 1.20.11, with all of its faults."""
        return cls(**{each.name: False for each in fields(cls)})


class Fault(NamedTuple):
    """A fault of Medusa's.

    Attributes:
        rule: the switch of `Rules` that repairs it; None if localpay has none by design.
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
        "If the region has one provider left, whose session exists but is not selected, creating "
        "sessions starts a payment and then fails on the duplicate, every time",
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
        "on the payment that already exists",
        "everything that can be checked is checked first, and a live payment by this provider and "
        "of this amount counts as authorized",
        (6745, 7657, 4754, 2390),
    ),
    Fault(
        "amount_follows_total",
        "A provider that answers an update without data leaves the session's amount stale",
        "the amount is written whatever the answer",
    ),
    Fault(
        "authorize_current_amount",
        "A session whose amount is stale is authorized for that amount, but its payment records "
        "the cart's total",
        "the provider is sent the total before it authorizes",
    ),
    Fault(
        "delete_all_initiated",
        "Selecting another provider, or changing the region, drops initiated sessions without "
        "deleting them at their provider",
        "every initiated session is deleted at its provider",
        (2736,),
    ),
    Fault(
        "one_total",
        "Where taxes are not automatic, creating sessions includes the tax but selecting and "
        "refreshing do not",
        "every operation uses the cart's total",
    ),
    Fault(
        "undo_at_provider",
        "The old payment is deleted at its provider before the new one is started, so a refusal "
        "leaves a session that points at nothing",
        "everything is checked first, the new payment is started before the old one is deleted, "
        "and the new one is deleted again if a later call fails",
    ),
    Fault(
        None,
        "If a provider echoes its data, a key named `error` in it is taken for a refusal",
        "a refusal is a type of its own",
    ),
    Fault(
        None,
        "A refusal to delete, cancel or refund counts as done if it has no code and detail",
        "a refusal is a type of its own",
    ),
    Fault(
        "keys_are_bound",
        "A client's own idempotency key is ignored; a key made by the server answers any other "
        "request too, and a stage that failed under it fails for ever",
        "the caller's key is stored with its operation and arguments, once the result is final",
    ),
    Fault(
        "nothing_to_pay_completes",
        "A cart whose total dropped to 0 cannot be completed while a session is selected",
        "a total of 0 needs no payment, whatever is selected",
        (3336, 5584),
    ),
    Fault(
        "refunds_are_positive",
        "Refunds of 0 and of negative amounts are accepted, and negative ones allow larger refunds "
        "later",
        "a refund is of 1 minor unit or more",
        (16036,),
    ),
    Fault(
        "payments_have_states",
        "Canceled payments can be captured and refunded, captured ones canceled, and canceling "
        "twice calls the provider twice",
        "each is refused, and canceling again changes nothing",
    ),
    Fault(
        None,
        "Changing the e-mail updates the sessions twice, the second time seconds later, even if "
        "the cart is completed by then",
        "they are updated once, with the change itself",
        (7147,),
    ),
    Fault(
        None,
        "If the cart changes while its sessions are created, they lose their cart",
        "a record is written by its own id, in one locked transaction",
        (6331,),
    ),
    Fault(
        "completed_is_final",
        "Sessions of a completed cart can be created, selected, refreshed and deleted, even at "
        "the provider that was paid",
        "a completed cart is left as it is",
        (7147,),
    ),
    Fault(
        None,
        "An unknown cart, a missing session and a wrong sum are reported as unknown errors",
        "each has an error class and a message of its own",
        (6226, 1628),
    ),
    Fault(
        "false_is_unselected",
        "A session with is_selected = false, which other tools write, blocks every change of the "
        "selection",
        "false counts as not selected",
    ),
    Fault(
        "leave_uninstalled",
        "A selected session whose provider is no longer installed can be neither deselected nor "
        "deleted",
        "it is deselected and deleted locally",
        (4030,),
    ),
    Fault(
        "collections_stay_whole",
        "Refreshing a session drops the collection's other sessions, authorizing none of them "
        "locks it, deleting it leaves orphans, and providers not offered are ignored silently",
        "the other sessions stay, authorizing none changes nothing, sessions are deleted with "
        "their collection, and a provider not offered is refused",
    ),
    Fault(
        "customer_everywhere",
        "Refreshing a session sends the provider no customer",
        "every call sends the cart's customer",
    ),
    Fault(
        None,
        "Capturing a payment leaves the status of its order unchanged",
        "there are no orders; only the payment has a status",
    ),
    Fault(
        "authorized_stays",
        "Deselecting an authorized session leaves its payment live; selected again, the session "
        "is pending but keeps its payment_authorized_at",
        "the payment has to be canceled first, and payment_authorized_at is cleared",
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
