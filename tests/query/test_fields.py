from __future__ import annotations

from dataclasses import replace

import pytest

from localpay.entities import ENTITIES, EntityName, fields_of
from localpay.query import fields


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_stored_field_of_an_entity_can_be_named(entity: EntityName) -> None:
    own = [each.column for each in fields.fields(entity) if each.table == entity]
    own = [each for each in own if each != fields.STATE]

    assert sorted(own) == sorted(fields_of(ENTITIES[entity]))


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_name_means_one_field_in_either_case(entity: EntityName) -> None:
    names = [name for each in fields.fields(entity) for name in (each.name, *each.aliases)]

    assert len(names) == len(set(names))
    for each in fields.fields(entity):
        for name in (each.name, *each.aliases):
            assert fields.find(entity, name.upper()) is each
            assert name == name.lower()


@pytest.mark.parametrize("entity", ENTITIES)
def test_every_field_of_a_linked_record_has_the_same_meaning_there(entity: EntityName) -> None:
    for each in fields.fields(entity):
        if each.table != entity:
            own = fields.find(each.table, each.column)
            assert own is not None
            assert replace(own, name=each.name, aliases=each.aliases, help=each.help) == each


def test_the_carts_id_is_the_sessions_own_column() -> None:
    for name in ("cart", "cart.id", "cart_id"):
        field = fields.find("payment_session", name)
        assert field is not None
        assert (field.table, field.column) == ("payment_session", "cart_id")
