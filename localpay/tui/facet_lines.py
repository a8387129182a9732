"""The facets of a filter as lines: what is known so far, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from rich.cells import cell_len

from localpay.query.editing import is_chosen
from localpay.tui import present, spark
from localpay.tui.counting import TIME

if TYPE_CHECKING:
    from collections.abc import Sequence

    from localpay.tui.columns import ListKind
    from localpay.tui.counting import Labelled
    from localpay.tui.present import Tone

_MOST = 24
"""How many values of a facet are shown."""

_BAR: Final = 8
_LEAST_BAR: Final = 3
"""Cells of a bar at most, and at least: with less room there is none."""

_LABEL: Final = 15
"""Cells that go to a label before a bar gets any."""

_FIELDS: Final = {"month": "created"}
"""The field behind a facet, if the facet has another name."""

Part: TypeAlias = Literal["head", "spark", "span", "title", "value", "sum", "more", "note"]


class Line(NamedTuple):
    """One line: a value of a facet, or something around it."""

    part: Part
    facet: str = ""
    value: Labelled | None = None
    text: str = ""


def _grouped(amount: str) -> str:
    """An amount with a comma after each thousand."""
    digits = len(amount) - len(amount.lstrip("-0123456789"))
    whole = amount[:digits]
    return (f"{int(whole):,}" if whole.lstrip("-") else whole) + amount[digits:]


def field_of(facet: str) -> str:
    """The field that a facet counts, as it is called in a filter."""
    return _FIELDS.get(facet, facet)


@dataclass(slots=True)
class Facets:
    """What is known of the facets of a list.

    Attributes:
        kind: the list.
        query: its filter.
        names: the facets there are, in their order.
        found: the values of each counted facet, maybe for the filter before.
        fresh: the facets that were counted for this filter.
        error: why one could not be counted.
    """

    kind: ListKind
    query: str
    names: tuple[str, ...]
    found: dict[str, Sequence[Labelled]] = field(default_factory=dict)
    fresh: set[str] = field(default_factory=set)
    error: str = ""

    def put(self, facet: str, values: Sequence[Labelled]) -> None:
        """Store a counted facet; months go from the last to the first."""
        if facet == "month":
            values = sorted(values, key=lambda each: each.found.value or "", reverse=True)
        self.found[facet] = values
        self.fresh.add(facet)

    def lines(self) -> list[Line]:
        """All of it, from top to bottom."""
        lines = [Line("head"), Line("spark"), Line("span")]
        if self.error:
            lines.append(Line("note", text=self.error))
        for name in self.names:
            lines.append(Line("title", name))
            found = self.found.get(name, ())
            for value in found[:_MOST]:
                lines.append(Line("value", name, value))
                if name == "currency":
                    lines += [
                        Line("sum", name, value, _grouped(present.amount(total, currency)))
                        for currency, total in value.found.sums.items()
                    ]
            if len(found) > _MOST:
                lines.append(Line("more", name, text=f"and {len(found) - _MOST:,} more"))
        return lines

    def pieces(self, line: Line, room: int) -> list[tuple[str, Tone]]:
        """The parts of a line, cut to a width in cells."""
        fresh = line.facet in self.fresh
        match line.part:
            case "value":
                return self._value(line, room)
            case "title":
                label = line.facet.capitalize()
                return [(label, "heading"), ("" if fresh else " …", "muted")]
            case "sum":
                return [(present.fit(line.text, room).rjust(room), "muted" if fresh else "faint")]
            case "head":
                return [(present.fit(self._headline(), room), "heading")]
            case "spark" | "span":
                return self._over_time(line.part, room)
        return [(present.fit(line.text, room), "bad" if line.part == "note" else "faint")]

    def _headline(self) -> str:
        label = self.kind.label
        if not self.fresh and not self.found:
            return f"{label}: counting …"
        wanted = len(self.names) + 1
        done = len(self.fresh)
        return f"{label} over time" if done == wanted else f"{label}: counted {done} of {wanted} …"

    def _over_time(self, part: Part, room: int) -> list[tuple[str, Tone]]:
        """The sparkline, of sums if all amounts have one currency, or the time it spans."""
        values = [each.found for each in self.found.get(TIME, ())]
        currencies = {currency for each in values for currency in each.sums}
        summed = len(currencies) == 1
        points = spark.without_gaps({
            each.value: next(iter(each.sums.values()), 0) if summed else each.count
            for each in values
            if each.value is not None
        })  # fmt: skip
        fresh = TIME in self.fresh
        if not points:
            return []
        if part == "spark":
            drawn = spark.sparkline([number for _, number in points], room)
            return [(drawn, "number" if fresh else "faint")]
        first, last = points[0][0], points[-1][0]
        span = first if first == last else f"{first} … {last}"
        what = f" ({next(iter(currencies)).upper()})" if summed else ""
        return [(present.fit(span + what, room), "muted")]

    def _value(self, line: Line, room: int) -> list[tuple[str, Tone]]:
        assert line.value is not None
        found, label = line.value
        others = [each.found.count for each in self.found.get(line.facet, ())]
        most = max(others, default=1)
        digits = len(f"{most:,}")
        drawn = min(_BAR, room - 2 - _LABEL - 1 - digits - 1)
        drawn = drawn if drawn >= _LEAST_BAR else 0
        space = max(1, room - 2 - digits - 1 - (drawn + 1 if drawn else 0))
        shown = present.Cell(present.fit(label, space), "plain")
        if found.value is None:
            shown = shown._replace(tone="faint")
        elif line.facet == "status":
            shown = present.status_cell(found.value, space)
        fresh = line.facet in self.fresh
        chosen = is_chosen(self.query, self.kind.entity, field_of(line.facet), found.value)
        label = shown.text + " " * max(0, space - cell_len(shown.text))
        return [
            ("✓ " if chosen else "  ", "number"),
            (label, shown.tone),
            (f" {found.count:>{digits},}", "plain" if fresh else "faint"),
            (f" {spark.bar(found.count, most, drawn)}", "link" if fresh else "faint"),
        ]
