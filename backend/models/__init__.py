"""Tables as the ORM sees them: columns and relations, no behaviour.

The tables themselves are made by backend/migrations; a test holds the two against each other.
"""

from backend.models.events import Badge, CreditBatch, Event, Gate, Pool, Tally
from backend.models.ledger import (
    Account,
    Action,
    Allocation,
    Attendance,
    Footprint,
    IdempotencyKey,
    Offset,
    Transfer,
)
from backend.models.people import (
    CatalogueEntry,
    Citizen,
    Identity,
    RefreshToken,
    Session,
    Staff,
    StaffAction,
)

__all__ = [
    "Account",
    "Action",
    "Allocation",
    "Attendance",
    "Badge",
    "CatalogueEntry",
    "Citizen",
    "CreditBatch",
    "Event",
    "Footprint",
    "Gate",
    "IdempotencyKey",
    "Identity",
    "Offset",
    "Pool",
    "RefreshToken",
    "Session",
    "Staff",
    "StaffAction",
    "Tally",
    "Transfer",
]
