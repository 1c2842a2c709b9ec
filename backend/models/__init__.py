"""Tables as the ORM sees them: columns and relations, no behaviour.

The tables themselves are made by backend/migrations; a test holds the two against each other.
"""

from backend.models.community import Consent, Medal, Profile, Team, TeamDay, TeamMember
from backend.models.events import Badge, CreditBatch, Event, Gate, Pool, Tally
from backend.models.evidence import (
    ActionSum,
    Cause,
    Claim,
    Donation,
    Lot,
    PartnerItem,
    Photo,
    Reversal,
    Review,
    Scene,
)
from backend.models.jobs import Job, Notice, Subscription, Task
from backend.models.knowledge import QuizAnswer
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
from backend.models.partners import BindingCode, Partner, PartnerKey, SourceGrant, WaitingItem
from backend.models.people import (
    CatalogueEntry,
    Citizen,
    Identity,
    RefreshToken,
    Session,
    Staff,
    StaffAction,
)
from backend.models.rewards import (
    Merchant,
    MerchantDevice,
    Redemption,
    Reward,
    RewardCode,
    Verification,
    Voucher,
)

__all__ = [
    "Account",
    "Action",
    "ActionSum",
    "Allocation",
    "Attendance",
    "Badge",
    "BindingCode",
    "CatalogueEntry",
    "Cause",
    "Citizen",
    "Claim",
    "Consent",
    "CreditBatch",
    "Donation",
    "Event",
    "Footprint",
    "Gate",
    "IdempotencyKey",
    "Identity",
    "Job",
    "Lot",
    "Medal",
    "Merchant",
    "MerchantDevice",
    "Notice",
    "Offset",
    "Partner",
    "PartnerItem",
    "PartnerKey",
    "Photo",
    "Pool",
    "Profile",
    "QuizAnswer",
    "Redemption",
    "RefreshToken",
    "Reversal",
    "Review",
    "Reward",
    "RewardCode",
    "Scene",
    "Session",
    "SourceGrant",
    "Staff",
    "StaffAction",
    "Subscription",
    "Tally",
    "Task",
    "Team",
    "TeamDay",
    "TeamMember",
    "Transfer",
    "Verification",
    "Voucher",
    "WaitingItem",
]
