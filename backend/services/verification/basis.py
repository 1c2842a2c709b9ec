"""On which verifier's signature an event may be evaluated."""

from __future__ import annotations

from uuid import UUID

from backend.domain.inventory.account import WholeAccount
from backend.errors.verification import VerificationAdverse, VerificationOutdated, VerifierSuspended
from backend.models import Event, EventVerifier, Organisation, VerifierOpinion
from backend.services.verification.independence import is_in_good_standing
from backend.services.verification.reviewed_account import digest_of
from backend.storage.database import Database


async def newest_opinion(event_id: UUID, verifier_id: UUID) -> VerifierOpinion | None:
    """What a verifier signed last."""
    found = VerifierOpinion.filter(event_id=event_id, verifier_id=verifier_id)
    return await found.order_by("-id").first()


async def verified_by(database: Database, event: Event, account: WholeAccount) -> Organisation | None:
    """The attached verifier whose signed opinion an evaluation of this account may rest on; None: it signed none.

    Raises VerificationOutdated for an account that is not the one it signed, VerificationAdverse, VerifierSuspended.
    """
    row = await EventVerifier.get_or_none(event_id=event.id, ended_at=None)
    opinion = None if row is None else await newest_opinion(event.id, row.id)
    if row is None or opinion is None:
        return None
    if bytes(opinion.account_sha256) != await digest_of(database, event, account):
        raise VerificationOutdated
    if opinion.opinion == "adverse":
        raise VerificationAdverse
    organisation = await Organisation.get(id=row.organisation_id)
    if not await is_in_good_standing(database, organisation):
        raise VerifierSuspended
    return organisation
