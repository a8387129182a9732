"""The models, the entities and the file's tables say the same."""

from __future__ import annotations

from dataclasses import fields

import pytest

from localpay import entities
from localpay.storage.models import ENTITIES, MODELS, BaseEntity, Claim, Row
from localpay.store import Store

MEDUSA_SESSION = {
    "id", "cart_id", "provider_id", "is_selected", "status", "data", "created_at", "updated_at",
    "idempotency_key", "payment_authorized_at", "amount", "is_initiated",
}  # fmt: skip


@pytest.mark.parametrize("model", ENTITIES)
def test_an_entity_has_the_fields_of_its_model(model: type[BaseEntity]) -> None:
    assert entities.fields_of(model.entity) == tuple(model.columns())
    assert {"rid", *model.columns()} == set(model._meta.fields)


@pytest.mark.parametrize("model", [*MODELS.values(), Claim])
def test_a_model_has_the_columns_of_its_table(model: type[Row]) -> None:
    with Store.open(":memory:") as store:
        table = store._database.rows(f"PRAGMA table_info({model.table()})")

    columns = {name: (kind, bool(needed)) for _, name, kind, needed, _, _ in table if name != "rid"}
    declared = {
        name: (column.field_type if name != "number" else "INTEGER", not column.null)
        for name, column in model.columns().items()
    }
    assert columns.keys() == declared.keys()
    for name, (kind, needed) in columns.items():
        if name != "number":
            assert (kind, needed) == declared[name], name


def test_all_tables_are_strict() -> None:
    with Store.open(":memory:") as store:
        tables = store._database.rows("SELECT name, strict FROM pragma_table_list")

    assert [name for name, strict in tables if not strict and not name.startswith("sqlite_")] == []


def test_a_payment_session_has_all_properties_of_medusas_and_nothing_else() -> None:
    names = {field.name for field in fields(entities.PaymentSession)}

    assert names == MEDUSA_SESSION | {"cart"}
    assert issubclass(entities.PaymentSession, entities.BaseEntity)
