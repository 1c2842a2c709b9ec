"""Tables as the ORM sees them: columns and relations, no behaviour.

backend/migrations creates the tables; a test holds the two against each other.
"""

from backend.models.account import Erasure
from backend.models.actions import (
    ActionSum,
    Cause,
    Donation,
    Photo,
    ReductionClaim,
    Reversal,
    Review,
    ReviewOpinion,
    Scene,
)
from backend.models.badges import Badge, BadgeImport
from backend.models.catalogue import CatalogueEntry
from backend.models.certificates import (
    CertificateLink,
    CertificateName,
    LogEntry,
    LogHead,
    LogKey,
    LogNode,
    LogSignature,
)
from backend.models.community import Consent, Medal, Profile, QuizAnswer, Team, TeamDay, TeamMember
from backend.models.complaints import Complaint
from backend.models.credits import CreditBatch, Planting, Pool, Project, Surplus
from backend.models.event_life import EventBudget, EventDocument, EventStep
from backend.models.event_reports import EventReport
from backend.models.events import CityMember, Event, EventMember, Gate, Tally
from backend.models.gates import (
    BadgeBlock,
    EntrySettings,
    GateOverride,
    GateScan,
    GateSettings,
    Presence,
    ScanDevice,
)
from backend.models.identity import Citizen, Guest, Identity, RefreshToken, Session, Staff, StaffAction
from backend.models.inventory import InventoryAbsence, InventoryLine, InventoryMeasure, InventoryPeople
from backend.models.issuance import (
    IssuanceBudget,
    IssuanceBudgetChange,
    IssuanceBudgetDay,
    PendingPoints,
    PendingPointsEnd,
)
from backend.models.jobs import Job, Task
from backend.models.ledger import (
    Account,
    Action,
    Allocation,
    Attendance,
    Footprint,
    IdempotencyKey,
    Lot,
    Offset,
    Transfer,
)
from backend.models.minors import GuardianCode, GuardianConsent
from backend.models.notifications import Notice, Subscription
from backend.models.offsets import (
    JourneyRevision,
    OffsetChange,
    OffsetPayment,
    OffsetRelease,
    OffsetWait,
    OffsetWaitEnd,
)
from backend.models.partners import BindingCode, Partner, PartnerItem, PartnerKey, SourceGrant, WaitingItem
from backend.models.rewards import (
    Merchant,
    MerchantDevice,
    Redemption,
    Reward,
    RewardCode,
    Verification,
    Voucher,
)
from backend.models.security import NameReport, SecurityRecord
from backend.models.staff_sign_in import (
    StaffChallenge,
    StaffCitizen,
    StaffPasskey,
    StaffRecoveryCode,
    StaffSession,
    StaffTotp,
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
    "CertificateLink",
    "CertificateName",
    "Citizen",
    "CityMember",
    "Companion",
    "Complaint",
    "Consent",
    "CreditBatch",
    "Donation",
    "EntrySettings",
    "Erasure",
    "Event",
    "EventBudget",
    "EventDocument",
    "EventMember",
    "EventReport",
    "EventStep",
    "Footprint",
    "Gate",
    "GateOverride",
    "GateScan",
    "GateSettings",
    "GuardianCode",
    "GuardianConsent",
    "Guest",
    "IdempotencyKey",
    "Identity",
    "InventoryAbsence",
    "InventoryLine",
    "InventoryMeasure",
    "InventoryPeople",
    "IssuanceBudget",
    "IssuanceBudgetChange",
    "IssuanceBudgetDay",
    "Job",
    "JourneyRevision",
    "LogEntry",
    "LogHead",
    "LogKey",
    "LogNode",
    "LogSignature",
    "Lot",
    "Medal",
    "Merchant",
    "MerchantDevice",
    "NameReport",
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
    "PendingPoints",
    "PendingPointsEnd",
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
    "ReviewOpinion",
    "Reward",
    "RewardCode",
    "ScanDevice",
    "Scene",
    "Screen",
    "SecurityRecord",
    "Session",
    "SourceGrant",
    "Staff",
    "StaffAction",
    "StaffChallenge",
    "StaffCitizen",
    "StaffPasskey",
    "StaffRecoveryCode",
    "StaffSession",
    "StaffTotp",
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
