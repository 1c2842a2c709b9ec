"""A citizen's reductions are claimed: donated to a cause, aggregated or cancelled; one way, once per action.

Pure between `load` and `store`. The citizen's account is locked for the whole batch, so no other batch gives the
same actions away; the key `claims_once_per_action` would say so if one did.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from backend.domain.actions.reduction_claims import Reduction, choose
from backend.domain.community.consent_uses import REDUCTIONS_CLAIMED
from backend.domain.community.policies import Policies
from backend.errors import SessionRevoked
from backend.errors.actions.reduction_claims import (
    CauseClosed,
    CauseNotFound,
    NothingToClaim,
    NothingToDonate,
)
from backend.ledger.command import Command, Outcome
from backend.ledger.facts.consents import check_consent, load_consents
from backend.ledger.rows import STORE_CLAIMS, CauseRow, ClaimRow, DonationRow
from backend.ledger.state import LedgerState
from backend.messages.actions.reduction_claims import CauseBrief, ClaimAnswer, DonationAnswer
from backend.messages.shape import Bilingual
from backend.storage.transaction import Transaction

ACTIONS_PER_COMMAND_MAX = 5000
ACTIONS_PER_BATCH_MAX = 20_000
ACTIONS_PER_COMMAND_MIN = 50
"""When very many give at one moment each takes fewer actions at a time, or everybody else would wait for the batch:
20,000 claims take about 0.8 s."""


class DonateReductions(Command, frozen=True):
    """A citizen gives reductions to a cause: at most `grams`, or all. `id` is the donation's."""

    cause_id: UUID
    grams: int | None


class ClaimReductions(Command, frozen=True):
    """Reductions leave `personal` without a cause: at most `grams`, or all. `id` becomes the claims' source.

    An aggregation gives one `id` to all its citizens; their keys tell a repeat from a second one.
    """

    to: Literal["aggregated", "cancelled"]
    grams: int | None


ClaimCommand = DonateReductions | ClaimReductions


class CauseFacts(msgspec.Struct, frozen=True):
    slug: str
    name: Bilingual
    is_open: bool


class ClaimState:
    """What a batch knows of claims and will write."""

    def __init__(self) -> None:
        self.causes: dict[UUID, CauseFacts] = {}
        self.personal: dict[UUID, list[Reduction]] = {}
        """By citizen: the oldest reductions that are still personal."""
        self.personal_g: dict[UUID, int] = {}
        """By citizen: grams of all that are, also of those too many to be loaded."""
        self.actions_max = ACTIONS_PER_COMMAND_MAX
        self.claimed: dict[tuple[UUID, UUID], str] = {}
        """What this batch claimed, by citizen and action."""
        self.new_claims: list[ClaimRow] = []
        self.new_donations: list[DonationRow] = []
        self.cause_gains: defaultdict[UUID, list[int]] = defaultdict(lambda: [0, 0])

    def forget(self, citizen_id: UUID, action_id: UUID) -> None:
        """The action was reversed: nothing of it can be given away any more."""
        kept = []
        for reduction in self.personal.get(citizen_id, ()):
            if reduction.action_id == action_id:
                self.personal_g[citizen_id] -= reduction.grams
            else:
                kept.append(reduction)
        if citizen_id in self.personal:
            self.personal[citizen_id] = kept


class ClaimRules:
    commands: tuple[type[Command], ...] = (DonateReductions, ClaimReductions)

    def __init__(self, policies: Policies) -> None:
        self._policies = policies

    async def load(
        self, transaction: Transaction, state: LedgerState, commands: Sequence[ClaimCommand]
    ) -> None:
        claims = state.component(ClaimState)
        wanted = sorted({each.cause_id for each in commands if isinstance(each, DonateReductions)})
        if wanted:
            for row in await transaction.lock("lock_causes", wanted):
                claims.causes[row["id"]] = CauseFacts(
                    row["slug"], Bilingual(row["name_zh"], row["name_en"]), row["is_open"]
                )
        claims.actions_max = max(
            ACTIONS_PER_COMMAND_MIN, min(ACTIONS_PER_COMMAND_MAX, ACTIONS_PER_BATCH_MAX // len(commands))
        )
        aggregated = {c.citizen_id: c.at for c in commands if _is_aggregation(c)}
        await load_consents(transaction, state, self._policies, REDUCTIONS_CLAIMED, aggregated)
        by_citizen = Counter(each.citizen_id for each in commands)
        citizens = sorted(by_citizen)
        for row in await transaction.read("load_personal_sums", citizens):
            claims.personal[row["citizen_id"]] = []
            claims.personal_g[row["citizen_id"]] = row["personal_g"]
        # Enough for everything that this citizen asks for in this batch.
        actions_max = [claims.actions_max * by_citizen[citizen_id] for citizen_id in citizens]
        for row in await transaction.read("load_personal_reductions", citizens, actions_max):
            claims.personal[row["citizen_id"]].append(Reduction(row["id"], row["reduction_g"]))

    def decide(self, command: ClaimCommand, state: LedgerState) -> Outcome:
        """One donation, aggregation or cancellation. Raises a Refusal having changed nothing of `state`."""
        if command.citizen_id not in state.balances:
            raise SessionRevoked
        if isinstance(command, DonateReductions):
            return self._donate(command, state)
        return self._claim(command, state)

    def _donate(self, command: DonateReductions, state: LedgerState) -> Outcome:
        claims = state.component(ClaimState)
        cause = claims.causes.get(command.cause_id)
        if cause is None:
            raise CauseNotFound
        if not cause.is_open:
            raise CauseClosed
        chosen = _choose(command, claims)
        if not chosen:
            raise NothingToDonate(personal_g=claims.personal_g[command.citizen_id])
        grams = _take(command, "donated", chosen, claims)
        claims.new_donations.append(
            DonationRow(command.citizen_id, command.id, command.cause_id, grams, len(chosen), command.at)
        )
        gains = claims.cause_gains[command.cause_id]
        gains[0] += grams
        gains[1] += 1
        brief = CauseBrief(slug=cause.slug, name=cause.name)
        return Outcome(201, DonationAnswer(cause=brief, **_taken(command, grams, len(chosen), claims)))

    def _claim(self, command: ClaimReductions, state: LedgerState) -> Outcome:
        claims = state.component(ClaimState)
        if _is_aggregation(command):
            check_consent(state, command.citizen_id, REDUCTIONS_CLAIMED)
        chosen = _choose(command, claims)
        if not chosen:
            raise NothingToClaim(personal_g=claims.personal_g[command.citizen_id])
        grams = _take(command, command.to, chosen, claims)
        return Outcome(
            201, ClaimAnswer(claim_state=command.to, **_taken(command, grams, len(chosen), claims))
        )

    async def store(self, transaction: Transaction, state: LedgerState) -> None:
        claims = state.component(ClaimState)
        if not claims.new_claims:
            return
        # In key order, because the rows of causes are what batches of other processes wait for.
        gains = [CauseRow(cause_id, *claims.cause_gains[cause_id]) for cause_id in sorted(claims.cause_gains)]
        await transaction.store(STORE_CLAIMS, claims.new_claims, claims.new_donations, gains)


def _is_aggregation(command: ClaimCommand) -> bool:
    return isinstance(command, ClaimReductions) and command.to == "aggregated"


def _choose(command: ClaimCommand, claims: ClaimState) -> list[Reduction]:
    return choose(claims.personal[command.citizen_id], command.grams, claims.actions_max)


def _taken(command: Command, grams: int, actions: int, claims: ClaimState) -> dict[str, Any]:
    """What both answers say of the reductions taken, and of those that are left."""
    remaining_g = claims.personal_g[command.citizen_id]
    return {
        "id": str(command.id),
        "grams": grams,
        "actions": actions,
        "remaining_personal_g": remaining_g,
        "has_more": remaining_g > 0 and actions == claims.actions_max,
        "created_at": command.at,
    }


def _take(command: ClaimCommand, to: str, chosen: list[Reduction], claims: ClaimState) -> int:
    """Move the chosen reductions out of `personal`; returns their grams."""
    citizen_id = command.citizen_id
    taken = {reduction.action_id for reduction in chosen}
    claims.personal[citizen_id] = [r for r in claims.personal[citizen_id] if r.action_id not in taken]
    grams = sum(reduction.grams for reduction in chosen)
    claims.personal_g[citizen_id] -= grams
    for reduction in chosen:
        claims.claimed[(citizen_id, reduction.action_id)] = to
        claims.new_claims.append(
            ClaimRow(citizen_id, reduction.action_id, to, reduction.grams, command.id, command.at)
        )
    return grams
