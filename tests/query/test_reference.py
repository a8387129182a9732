from __future__ import annotations

from localpay.query import fields, parse
from localpay.query.reference import EXAMPLES, markdown


def test_every_example_of_the_reference_is_a_filter() -> None:
    for text, _ in EXAMPLES:
        assert parse(text, "payment_session").tree is not None


def test_the_reference_names_every_field_and_every_choice() -> None:
    text = markdown()

    for entity in ("payment_session", "cart", "payment"):
        for field in fields.fields(entity):
            if field.table == entity:
                assert f"| `{field.name}` |" in text
            assert all(f"`{choice}`" in text for choice in field.choices)


def test_every_line_of_a_table_has_as_many_cells_as_its_head() -> None:
    for table in markdown().split("\n\n"):
        if table.startswith("|"):
            assert len({line.count(" | ") for line in table.strip().split("\n")}) == 1


def test_the_examples_of_linked_fields_exist() -> None:
    text = markdown()

    for entity, name in (("payment_session", "cart.created_at"), ("cart", "session.status")):
        assert f"`{name}`" in text
        assert fields.find(entity, name) is not None  # type: ignore[arg-type]
