"""Tables as the ORM sees them: columns and relations, no behaviour.

backend/migrations creates the tables; a test holds the two against each other.
"""

from backend.models.badges import BadgeImport
from backend.models.community import Consent, Medal, Profile, Team, TeamDay, TeamMember
from backend.models.credits import Planting, Project, Surplus
from backend.models.devices import BadgeBlock, GateScan, GateSettings, Presence, ScanDevice
from backend.models.event_life import EventBudget, EventDocument, EventStep
from backend.models.event_reports import EventReport
from backend.models.events import Badge, CreditBatch, Event, Gate, Pool, Tally
from backend.models.evidence import (
    ActionSum,
    Cause,
    Donation,
    Lot,
    PartnerItem,
    Photo,
    ReductionClaim,
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
from backend.models.log import CertificateName, LogEntry, LogHead, LogKey, LogNode
from backend.models.offsets import (
    JourneyRevision,
    OffsetChange,
    OffsetPayment,
    OffsetRelease,
    OffsetWait,
    OffsetWaitEnd,
)
from backend.models.partners import BindingCode, Partner, PartnerKey, SourceGrant, WaitingItem
from backend.models.people import CatalogueEntry, Citizen, Identity, RefreshToken, Session, Staff, StaffAction
from backend.models.rewards import (
    Merchant,
    MerchantDevice,
    Redemption,
    Reward,
    RewardCode,
    Verification,
    Voucher,
)
from backend.models.venue import Companion, Pass, Poster, PosterWindow, Screen

__all__ = [
    "Account",
    "Action",
    "ActionSum",
    "Allocation",
    "Attendance",
    "Badge",
    "BadgeBlock",
    "BadgeImport",
    "BindingCode",
    "CatalogueEntry",
    "Cause",
    "CertificateName",
    "Citizen",
    "Companion",
    "Consent",
    "CreditBatch",
    "Donation",
    "Event",
    "EventBudget",
    "EventDocument",
    "EventReport",
    "EventStep",
    "Footprint",
    "Gate",
    "GateScan",
    "GateSettings",
    "IdempotencyKey",
    "Identity",
    "Job",
    "JourneyRevision",
    "LogEntry",
    "LogHead",
    "LogKey",
    "LogNode",
    "Lot",
    "Medal",
    "Merchant",
    "MerchantDevice",
    "Notice",
    "Offset",
    "OffsetChange",
    "OffsetPayment",
    "OffsetRelease",
    "OffsetWait",
    "OffsetWaitEnd",
    "Partner",
    "PartnerItem",
    "PartnerKey",
    "Pass",
    "Photo",
    "Planting",
    "Pool",
    "Poster",
    "PosterWindow",
    "Presence",
    "Profile",
    "Project",
    "QuizAnswer",
    "Redemption",
    "ReductionClaim",
    "RefreshToken",
    "Reversal",
    "Review",
    "Reward",
    "RewardCode",
    "ScanDevice",
    "Scene",
    "Screen",
    "Session",
    "SourceGrant",
    "Staff",
    "StaffAction",
    "Subscription",
    "Surplus",
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
