"""The rules: each fault of Medusa's that localpay repairs, as a switch with one home in the code.

`Rules()` is repaired, `Rules.medusa()` does as the recorded Medusa 1.20.11 does. Some faults need
no switch, because there is nothing here that could have them: `BY_DESIGN` says which and why.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

_ISSUES = "https://github.com/medusajs/medusa/issues/"


class Fault(NamedTuple):
    """A fault of Medusa's.

    Attributes:
        number: its number in localpay's own list.
        fault: what Medusa does.
        instead: what localpay does.
        issues: the public issues of medusajs/medusa that tell of the same.
    """

    number: str
    fault: str
    instead: str
    issues: tuple[int, ...] = ()


def _repaired(number: str, *, fault: str, instead: str, issues: tuple[int, ...] = ()) -> Any:
    return field(default=True, metadata={"fault": Fault(number, fault, instead, issues)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which of Medusa's faults are repaired: true is repaired, false is as Medusa does.

    Faults:
    """

    reuse_last_session: bool = _repaired(
        "S1",
        fault="Creating sessions with one provider left in the region, whose session is there but "
        "not selected, starts a payment and then fails on the duplicate, every time",
        instead="that session is initiated and selected",
        issues=(5374,),
    )
    refresh_keeps_selection: bool = _repaired(
        "S2",
        fault="Refreshing the selected session leaves nothing selected, so completing fails",
        instead="the new session is the selected one",
    )
    live_payment_counts: bool = _repaired(
        "S3",
        fault="When completing fails after authorizing, every retry asks the provider again and "
        "fails on the payment that is there",
        instead="what can be checked is checked first, and a live payment of this provider and "
        "amount counts as authorized",
        issues=(6745, 7657, 4754, 2390),
    )
    amount_follows_total: bool = _repaired(
        "S4",
        fault="A provider that answers nothing to an update leaves the session's amount stale",
        instead="the amount is written whatever the answer",
    )
    authorize_current_amount: bool = _repaired(
        "S5",
        fault="A session whose amount is stale is authorized for that amount, and the payment "
        "says the cart's total",
        instead="the provider is told the total before it authorizes",
    )
    delete_all_initiated: bool = _repaired(
        "S6",
        fault="Another selection, or another region, forgets sessions that are initiated at their "
        "provider without deleting them there",
        instead="whatever is initiated is deleted at its provider",
        issues=(2736,),
    )
    one_total: bool = _repaired(
        "S7",
        fault="Where taxes are not automatic, creating sessions counts the tax and selecting and "
        "refreshing do not",
        instead="every operation takes the cart's total",
    )
    undo_at_provider: bool = _repaired(
        "S8",
        fault="The old payment is deleted at its provider before the new one is started, so a "
        "refusal leaves a session that points at nothing",
        instead="everything is checked first, the new is started before the old is deleted, and "
        "deleted again if a later call fails",
    )
    keys_are_bound: bool = _repaired(
        "S11",
        fault="An idempotency key of the client's own is ignored; one of the server's answers any "
        "other request as well, and a failed stage fails for ever",
        instead="the caller's key is kept with operation and arguments, and with final results",
    )
    nothing_to_pay_completes: bool = _repaired(
        "S12",
        fault="A cart whose total dropped to 0 cannot be completed while a session is selected",
        instead="a total of 0 needs no payment, whatever is selected",
        issues=(3336, 5584),
    )
    refunds_are_positive: bool = _repaired(
        "S13",
        fault="Refunds of 0 and of negative amounts pass, and the latter make room for more",
        instead="a refund is of 1 minor unit or more",
        issues=(16036,),
    )
    payments_have_states: bool = _repaired(
        "S14",
        fault="Canceled payments are captured and refunded, captured ones canceled, and canceling "
        "twice calls the provider twice",
        instead="each is refused, and canceling again changes nothing",
    )
    completed_is_final: bool = _repaired(
        "S17",
        fault="Sessions of a completed cart are created, selected, refreshed and deleted, at their "
        "paid providers too",
        instead="a completed cart is left as it is",
        issues=(7147,),
    )
    false_is_unselected: bool = _repaired(
        "S19",
        fault="A session with is_selected = false, as other tools leave it, blocks every change of "
        "the selection",
        instead="false counts as not selected",
    )
    leave_uninstalled: bool = _repaired(
        "S20",
        fault="A selected session of a provider that is no longer installed can be neither left "
        "nor deleted",
        instead="it is left and deleted locally",
        issues=(4030,),
    )
    collections_stay_whole: bool = _repaired(
        "S21",
        fault="Refreshing a session drops the collection's other ones, authorizing nothing locks "
        "it, deleting it leaves orphans, and providers not offered are left out silently",
        instead="links stay, nothing authorized changes nothing, sessions go with their "
        "collection, and such a provider is refused",
    )
    customer_everywhere: bool = _repaired(
        "S22",
        fault="Refreshing a session tells the provider of no customer",
        instead="every call tells the same of the cart",
    )
    authorized_stays: bool = _repaired(
        "S24",
        fault="An authorized session is left with its payment live, and chosen again it is pending "
        "with the instant of an authorization",
        instead="the payment has to be canceled first, and the instant goes",
    )

    @classmethod
    def medusa(cls) -> Rules:
        """The rules of Medusa 1.20.11, faults and all."""
        return cls(**{each.name: False for each in fields(cls)})


BY_DESIGN: tuple[Fault, ...] = (
    Fault(
        "S9",
        "A key named `error` in the data of a provider that echoes it is taken for a refusal",
        "a refusal is a type",
    ),
    Fault(
        "S10",
        "Refusing to delete, cancel or refund without a code and a detail counts as done",
        "a refusal is a type",
    ),
    Fault(
        "S15",
        "Another e-mail updates the sessions twice, the second time seconds later, even when the "
        "cart is completed",
        "they are updated once, with the change itself",
        (7147,),
    ),
    Fault(
        "S16",
        "A change of the cart while sessions are created takes their cart away from them",
        "a record is written by its own id, in one locked transaction",
        (6331,),
    ),
    Fault(
        "S18",
        "An unknown cart, a missing session and a wrong sum are answered as unknown errors",
        "each has a class and a sentence of its own",
        (6226, 1628),
    ),
    Fault(
        "S23",
        "Capturing a payment leaves the status of its order",
        "there are no orders; a payment is the one place that knows",
    ),
)
"""The faults that need no switch."""


def faults() -> dict[str, Fault]:
    """Each switch of `Rules` by its name, with the fault that it repairs."""
    return {each.name: each.metadata["fault"] for each in fields(Rules)}


def table() -> str:
    """All faults as a table in Markdown."""
    named = [(f"`{name}`", fault) for name, fault in faults().items()]
    listed = [*named, *(("by design", fault) for fault in BY_DESIGN)]
    lines = [
        f"| {name} | {fault.fault}{_links(fault)} | {fault.instead} |"
        for name, fault in sorted(listed, key=lambda line: int(line[1].number[1:]))
    ]
    return "\n".join(("| rule | Medusa 1.20 | localpay |", "|---|---|---|", *lines))


def _links(fault: Fault) -> str:
    links = ", ".join(f"[#{number}]({_ISSUES}{number})" for number in fault.issues)
    return f" ({links})" if links else ""


def _documented(name: str, fault: Fault) -> str:
    issues = "".join(f" #{number}" for number in fault.issues)
    return f"\n    {name} ({fault.number}{issues}): {fault.fault}. Repaired: {fault.instead}."


Rules.__doc__ = f"{Rules.__doc__ or ''}" + "".join(
    _documented(name, fault) for name, fault in faults().items()
)
