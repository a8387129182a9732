"""Regions: a currency, a tax rate and the providers offered there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localpay import entities
from localpay.errors import FieldError, RecordInUseError
from localpay.storage.arguments import is_list
from localpay.storage.models import PaymentProvider, Region, RegionPaymentProvider
from localpay.storage.records import Repository
from localpay.storage.relations import offered_providers

if TYPE_CHECKING:
    from collections.abc import Sequence


class Regions(Repository[entities.Region]):
    """`store.regions`."""

    model = Region
    whole = ("providers",)

    def create(self, *, providers: Sequence[str] = (), **fields: Any) -> entities.Region:
        """Make a region.

        Args:
            providers: ids of the payment providers it offers.
            fields: its values; `name` and `currency_code` are needed, the latter in lower case.

        Raises:
            FieldError: there is no such field, or it does not take the value.
            DuplicateRecordError: there is a region of this id already.
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
            providers: ids of all providers that it offers from now on; None leaves them.
            changes: its other new values.

        Raises:
            RecordNotFoundError: there is no region of this id.
            FieldError: there is no such field, or it does not take the value.
        """
        with self._database.writing():
            super().update(record_id, **changes)
            if providers is not None:
                self._offer(record_id, providers)
            return self.get(record_id)

    def delete(self, record_id: str) -> None:
        """Remove a region that no cart is in.

        Raises:
            RecordNotFoundError: there is no region of this id.
            RecordInUseError: carts or payment collections are in it.
        """
        with self._database.writing():
            row = self._row(record_id)
            for table in ("cart", "payment_collection"):
                if self._database.row(f"SELECT 1 FROM {table} WHERE region_id = ?", (record_id,)):
                    raise RecordInUseError("region", record_id, f"a {table} is in it")
            self._offer(record_id, ())
            self._rows.delete(self.model, row)

    def providers(self) -> list[str]:
        """Ids of all payment providers that some region knows, in order."""
        return [
            provider
            for (provider,) in self._database.rows("SELECT id FROM payment_provider ORDER BY id")
        ]

    def _offer(self, region_id: str, providers: Sequence[str]) -> None:
        """Make these the region's providers."""
        if not is_list(providers):
            raise FieldError("region", "providers", "takes a list of ids, not one text")
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
