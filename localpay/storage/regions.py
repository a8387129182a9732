"""Regions: a currency, a tax rate and the providers offered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay import entities
from localpay.errors import FieldError, RecordInUseError, spoken
from localpay.storage.arguments import is_list
from localpay.storage.models import PaymentProvider, Region, RegionPaymentProvider
from localpay.storage.relations import offered_providers
from localpay.storage.repository import Repository

if TYPE_CHECKING:
    from collections.abc import Sequence


class Regions(Repository[entities.Region]):
    """`store.regions`."""

    model = Region
    whole = ("providers",)

    def create(self, *, providers: Sequence[str] = (), **fields: Any) -> entities.Region:
        """Create a region.

        Args:
            providers: the ids of the payment providers that it offers.
            fields: its values; `name` and `currency_code` (in lower case) are required.

        Raises:
            FieldError: there is no such field, or it does not accept the value.
            DuplicateRecordError: a region with this id exists already.
        """
        with self._database.writing():
            region = self._created(fields)
            self._offer(region.id, providers)
            return self.get(region.id)

    def update(
        self, record_id: str, *, providers: Sequence[str] | None = None, **changes: Any
    ) -> entities.Region:
        """Change a region.

        Args:
            record_id: its id.
            providers: the ids of all providers that it offers from now on; None keeps them.
            changes: its other new values.

        Raises:
            RecordNotFoundError: there is no region with this id.
            FieldError: there is no such field, or it does not accept the value.
        """
        with self._database.writing():
            super().update(record_id, **changes)
            if providers is not None:
                self._offer(record_id, providers)
            return self.get(record_id)

    def delete(self, record_id: str) -> None:
        """Remove a region without carts.

        Raises:
            RecordNotFoundError: there is no region with this id.
            RecordInUseError: carts or payment collections belong to it.
        """
        with self._database.writing():
            row = self._row(record_id)
            for table in ("cart", "payment_collection"):
                if self._database.row(f"SELECT 1 FROM {table} WHERE region_id = ?", (record_id,)):
                    raise RecordInUseError("region", record_id, f"a {spoken(table)} belongs to it")
            self._offer(record_id, ())
            self._rows.delete(self.model, row)

    def providers(self) -> list[str]:
        """The ids of all payment providers that a region offers or offered, in order."""
        return [
            provider
            for (provider,) in self._database.rows("SELECT id FROM payment_provider ORDER BY id")
        ]

    def _offer(self, region_id: str, providers: Sequence[str]) -> None:
        """Set the providers that a region offers."""
        if not is_list(providers):
            raise FieldError("region", "providers", "takes a list of ids")
        offered = set(offered_providers(self._database, region_id))
        column = PaymentProvider.columns()["id"]
        wanted = {column.db_value(provider) for provider in providers}
        for provider in sorted(offered - wanted):
            self._rows.delete(
                RegionPaymentProvider, {"region_id": region_id, "provider_id": provider}
            )
        for provider in sorted(wanted - offered):
            if self._rows.find(PaymentProvider, (provider,)) is None:
                self._rows.insert(PaymentProvider, {"id": provider, "is_installed": 1})
            self._rows.insert(
                RegionPaymentProvider, {"region_id": region_id, "provider_id": provider}
            )
