"""The provider for shops that are paid outside localpay: it agrees to everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localpay.payments.providers.protocol import Answer, Authorization, Refusal, Request

if TYPE_CHECKING:
    from localpay.entities import SessionStatus
    from localpay.jsontext import JsonValue


class Manual:
    """Always authorizes. A provider of your own can inherit from it and override what differs."""

    id = "manual"

    def initiate(self, request: Request) -> Answer | Refusal:  # noqa: ARG002 - not needed
        """Start a payment that is pending."""
        return Answer({"status": "pending"})

    def update(self, request: Request) -> Answer | Refusal:
        """Keep the data."""
        return Answer(request.data)

    def update_data(self, request: Request) -> Answer | Refusal:
        """Accept any data."""
        return Answer(request.data)

    def authorize(self, request: Request) -> Authorization | Refusal:
        """Authorize."""
        return Authorization("authorized", _with_status(request.data, "authorized"))

    def retrieve(self, request: Request) -> Answer | Refusal:
        """Return the data that is already there."""
        return Answer(request.data)

    def delete(self, request: Request) -> Answer | Refusal:  # noqa: ARG002 - not needed
        """Delete nothing, since nothing is kept."""
        return Answer()

    def capture(self, request: Request) -> Answer | Refusal:
        """Note that the money was received."""
        return Answer(_with_status(request.data, "captured"))

    def refund(self, request: Request) -> Answer | Refusal:
        """Keep the data."""
        return Answer(request.data)

    def cancel(self, request: Request) -> Answer | Refusal:
        """Note that no money will be received."""
        return Answer(_with_status(request.data, "canceled"))

    def status(self, request: Request) -> SessionStatus | Refusal:  # noqa: ARG002 - not needed
        """Always authorized."""
        return "authorized"


def _with_status(data: JsonValue, status: str) -> JsonValue:
    return {**data, "status": status} if isinstance(data, dict) else {"status": status}
