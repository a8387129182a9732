"""What an operation would do, or did, in words: one line per call and per row.

The words are made from lines of the journal, of a rehearsal or the real one.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from textual.content import Content

from localpay import money
from localpay.entities import Cart, Payment
from localpay.errors import LocalpayError
from localpay.inspect import states
from localpay.inspect.redact import redact_text
from localpay.tui import present
from localpay.tui.dossier import name_of
from localpay.tui.present import STYLES, fit

if TYPE_CHECKING:
    from localpay.entities import BaseEntity, Change
    from localpay.tui.operating.performing import Outcome
    from localpay.tui.operating.rehearsal import Outlook, Situation

_LONGEST: Final = 300
_DATA_SENT: Final = "updatePaymentData"


def announced(situation: Situation, outlook: Outlook) -> list[Content]:
    """What would happen, line by line.

    Args:
        situation: the records before.
        outlook: what the rehearsal showed.
    """
    error = outlook.error
    if error is not None and not outlook.lines:
        return [_line(f"✗ {error}", "attention")]
    lines = [_call(line, situation) for line in outlook.calls]
    lines += [each for line in outlook.changes if (each := _change(line, situation)) is not None]
    if error is not None:
        return [*lines, _line(f"✗ {error}", "bad"), _line("Nothing else changes.", "faint")]
    asked = {str((line.after or {})["provider"]) for line in outlook.calls}
    if not asked:
        return [*lines, _line("No provider is called; u undoes it.", "faint")]
    unsure = sorted(asked - situation.known)
    if unsure:
        agree = "agrees" if len(unsure) == 1 else "agree"
        lines.append(_line(f"Assuming that {' and '.join(unsure)} {agree}.", "faint"))
    return [*lines, _line("u does not undo provider calls.", "faint")]


def reported(outcome: Outcome) -> str:
    """What happened, in a few sentences on one line: the result, and each call."""
    calls = [line.after or {} for line in outcome.lines if line.is_call]
    error = outcome.error
    if error is None:
        how = _state(outcome.situation)
    elif isinstance(error, LocalpayError):
        how = f"Not done: {error}"
    else:
        how = f"Not done: {error!r}"
    each = [
        f"{call['provider']} {call['call']} {_ended(call)}, {call['milliseconds']} ms"
        for call in calls
    ]
    return f"{how.rstrip('.')}. {'; '.join(each) or 'No provider was called'}."


def about(situation: Situation) -> Content:
    """The record and its cart, on one line."""
    record, currency = situation.record, situation.currency
    parts: list[tuple[str, str]] = []
    for each in (record, *((situation.cart,) if situation.cart not in (None, record) else ())):
        assert each is not None
        state = states.state(each)
        amount = each.total if isinstance(each, Cart) else getattr(each, "amount", None)
        parts.append((f"{'  of  ' if parts else ''}{fit(name_of(each), 60)}  ", STYLES["muted"]))
        if state is not None:
            shown = present.status_cell(state)
            parts.append((f"{shown.text}  ", STYLES[shown.tone]))
        parts.append((present.amount(amount, currency), STYLES["plain"]))
    if isinstance(record, Payment) and record.amount_refunded:
        refunded = present.amount(record.amount_refunded, currency)
        parts.append((f"  {refunded} refunded", STYLES["muted"]))
    return Content.assemble(*parts)


def missing(situation: Situation) -> str:
    """Which providers of the record cannot be called; empty if all can."""
    names = [each for each, is_installed in situation.installed.items() if not is_installed]
    if isinstance(situation.record, Payment):
        names = [each for each in names if each == situation.record.provider_id]
    if not names:
        return ""
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"Not installed: {listed}."


def _state(situation: Situation | None) -> str:
    """The state of the record now."""
    if situation is None:
        return "Done"
    record = situation.record
    selected = situation.selected
    if isinstance(record, Payment):
        words = f"The payment is {_word(record)}"
        if record.amount_refunded:
            refunded = money.format_amount(record.amount_refunded, record.currency_code)
            words += f", {refunded} refunded"
        return words
    if situation.cart is None:
        return "Done"
    words = f"The cart is {_word(situation.cart)}"
    if selected is None:
        return f"{words}, nothing is selected"
    return f"{words}, {name_of(selected)} is selected and {_word(selected)}"


def _word(record: BaseEntity) -> str:
    return present.status(str(states.state(record))).word


def _ended(call: dict[str, Any]) -> str:
    outcome = str(call["outcome"]).replace("_", " ")
    reason = call.get("detail") or call.get("reason")
    return f"→ {outcome} ({reason})" if reason else f"→ {outcome}"


def _call(line: Change, situation: Situation) -> Content:
    """⇄ simulator  initiatePayment  25.00 EUR  → authorized."""
    call = line.after or {}
    request = call.get("request") or {}
    amount = present.amount(request.get("amount"), request.get("currency_code"))
    parts = [
        ("⇄ ", STYLES["link"]),
        (f"{fit(str(call['provider']), 40)}  {call['call']}", STYLES["plain"]),
        (f"  {amount}", STYLES["number"]),
    ]
    if call["call"] == _DATA_SENT:
        data = present.value(("data",), request.get("data")).text
        parts.append((f"  {fit(data, 80)}", STYLES["muted"]))
    if call["provider"] in situation.known and call["outcome"] != "ok":
        good = call["outcome"] == "authorized"
        ended = fit(redact_text(_ended(call)), _LONGEST)
        parts.append((f"  {ended}", STYLES["good" if good else "attention"]))
    return Content.assemble(*parts)


def _change(line: Change, situation: Situation) -> Content | None:
    """~ session simulator  status pending → authorized. None if only `updated_at` changes."""
    before, after = line.before or {}, line.after or {}
    name = _name(line, situation)
    if line.before is None:
        shown = "".join(f", {each}" for each in _begun(after))
        amount = present.amount(after.get("amount"), situation.currency)
        return Content.assemble(
            ("+ ", STYLES["good"]),
            (name, STYLES["plain"]),
            (f"  {amount}{fit(shown, 80)}", STYLES["muted"]),
        )
    if line.after is None:
        return Content.assemble(("− ", STYLES["attention"]), (name, STYLES["plain"]))
    moved = [
        _moved(field, before.get(field), value, situation.currency)
        for field, value in after.items()
        if field != "updated_at"
    ]
    if not moved:
        return None
    return Content.assemble(
        ("~ ", STYLES["attention"]), (name, STYLES["plain"]),
        (f"  {fit(', '.join(moved), _LONGEST)}", STYLES["muted"]),
    )  # fmt: skip


def _begun(fields: dict[str, Any]) -> list[str]:
    """What is worth saying about a new row."""
    words = ["selected"] if fields.get("is_selected") else []
    return words + [str(fields[name]) for name in ("reason", "note") if fields.get(name)]


def _moved(field: str, old: Any, new: Any, currency: str | None) -> str:
    if isinstance(new, datetime):
        return f"{field} now"
    if isinstance(new, dict | list) or isinstance(old, dict | list):
        return field
    if field == "payment_id":
        return "payment_id of the new payment"
    was, becomes = (present.value((field,), each, currency).text for each in (old, new))
    return f"{field} {was} → {becomes}"


def _name(line: Change, situation: Situation) -> str:
    record = situation.records.get(line.record_id)
    if record is not None:
        return fit(name_of(record), 60)
    provider_id = (line.after or line.before or {}).get("provider_id") or ""
    return fit(f"new {line.entity.removeprefix('payment_')} {provider_id}".rstrip(), 60)


def _line(text: str, tone: present.Tone) -> Content:
    return Content.styled(fit(text, _LONGEST), STYLES[tone])
