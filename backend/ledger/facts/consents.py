"""What citizens agreed to, as a batch has to know it: read after their accounts are locked.

A withdrawal locks the account too. So it waits for the batches that are under way, and every later one sees it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from backend.domain.community.consent_uses import ITEMS_BOOKED, ConsentUse
from backend.domain.community.policies import Policies
from backend.errors.community.community import WHERE, ConsentNeeded
from backend.errors.partners import GrantWithdrawn

if TYPE_CHECKING:
    from backend.ledger.state import LedgerState
    from backend.storage.transaction import Transaction


async def load_consents(
    transaction: Transaction,
    state: LedgerState,
    policies: Policies,
    use: ConsentUse,
    asked: Mapping[UUID, datetime],
) -> None:
    """Know who of these citizens agreed to a use at the moment of their command; asks nothing for nobody."""
    if asked:
        for row in await transaction.read("load_consents", sorted(asked), use.scope):
            citizen_id = row["citizen_id"]
            if policies.holds(use.scope, row["policy_version"], asked[citizen_id]):
                state.consents.add((citizen_id, use.scope))


def check_consent(state: LedgerState, citizen_id: UUID, use: ConsentUse) -> None:
    """Raises ConsentNeeded."""
    if (citizen_id, use.scope) not in state.consents:
        raise ConsentNeeded(scope=use.scope, where=WHERE)


def check_grant(
    state: LedgerState, policies: Policies, citizen_id: UUID, partner_id: UUID, at: datetime
) -> None:
    """Raises GrantWithdrawn; ConsentNeeded for a grant under a version that holds no longer."""
    version = state.grants.get((citizen_id, partner_id))
    if version is None:
        raise GrantWithdrawn
    if not policies.holds(ITEMS_BOOKED.scope, version, at):
        raise ConsentNeeded(scope=ITEMS_BOOKED.scope, where=WHERE)


async def load_source_grants(
    transaction: Transaction, state: LedgerState, asked: Collection[tuple[UUID, UUID]]
) -> None:
    """Know the grants of citizens to the partners that report them, each with its policy's version."""
    for row in await transaction.read("load_source_grants", *zip(*sorted(asked), strict=True)):
        state.grants[(row["citizen_id"], row["partner_id"])] = row["consent_version"]
