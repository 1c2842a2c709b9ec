-- 0015: offsets in full: who waits for one, journeys told again, what was added or released since, points paid.
-- Every table here is append-only: what became of an offset is the sum of its rows.

ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_reason_known;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_known CHECK (reason IN
    ('action', 'event_join', 'quiz', 'redemption', 'cancellation', 'reversal', 'expiry', 'offset', 'offset_refund'));

-- A journey told again: the footprint from then on. The scan's own footprint is revision 1.
CREATE TABLE IF NOT EXISTS journey_revisions (
    event_id          uuid NOT NULL,
    citizen_id        uuid NOT NULL,
    revision          smallint NOT NULL,
    id                uuid NOT NULL,
    footprint_digest  bytea NOT NULL,
    total_g           bigint NOT NULL,
    delta_g           bigint NOT NULL,
    basis             text NOT NULL,
    created_at        timestamptz NOT NULL,
    CONSTRAINT journey_revisions_once PRIMARY KEY (event_id, citizen_id, revision),
    CONSTRAINT journey_revisions_after_the_first CHECK (revision >= 2),
    CONSTRAINT journey_revisions_total_positive CHECK (total_g >= 0),
    CONSTRAINT journey_revisions_basis_known CHECK (basis IN ('default', 'partial', 'declared'))
);

-- An offset that was asked for when the pool held too little: a whole one, or the difference after a revision.
-- `joined_at` is when it was first asked for, which is the order of settling; a changed wish keeps its place.
CREATE TABLE IF NOT EXISTS offset_waits (
    event_id          uuid NOT NULL,
    citizen_id        uuid NOT NULL,
    sequence          smallint NOT NULL,
    asked_grams       bigint NOT NULL,
    pay_with          text NOT NULL,
    is_difference     boolean NOT NULL,
    footprint_digest  bytea NOT NULL,
    joined_at         timestamptz NOT NULL,
    created_at        timestamptz NOT NULL,
    CONSTRAINT offset_waits_once PRIMARY KEY (event_id, citizen_id, sequence),
    CONSTRAINT offset_waits_sequence_positive CHECK (sequence >= 1),
    CONSTRAINT offset_waits_grams_positive CHECK (asked_grams > 0),
    CONSTRAINT offset_waits_pay_with_known CHECK (pay_with IN ('sponsor', 'points'))
);
CREATE INDEX IF NOT EXISTS offset_waits_in_order ON offset_waits (event_id, joined_at, citizen_id);

-- How a wait ended: settled by the job, met by another scan, replaced by another wish, or given up because the
-- points or the sponsor's budget did not suffice when its turn came.
CREATE TABLE IF NOT EXISTS offset_wait_ends (
    event_id    uuid NOT NULL,
    citizen_id  uuid NOT NULL,
    sequence    smallint NOT NULL,
    why         text NOT NULL,
    ended_at    timestamptz NOT NULL,
    CONSTRAINT offset_wait_ends_once PRIMARY KEY (event_id, citizen_id, sequence),
    CONSTRAINT offset_wait_ends_why_known CHECK (why IN ('settled', 'met', 'replaced', 'not_paid'))
);

-- Grams added to an offset (with further allocations) or taken off it (with releases) after it was made.
CREATE TABLE IF NOT EXISTS offset_changes (
    event_id    uuid NOT NULL,
    citizen_id  uuid NOT NULL,
    sequence    smallint NOT NULL,
    revision    smallint NOT NULL,
    grams       bigint NOT NULL,
    created_at  timestamptz NOT NULL,
    CONSTRAINT offset_changes_once PRIMARY KEY (event_id, citizen_id, sequence),
    CONSTRAINT offset_changes_revision_positive CHECK (sequence >= 1 AND revision >= 1),
    CONSTRAINT offset_changes_grams_not_zero CHECK (grams <> 0)
);

-- Serials that an offset gave up, its last ones first. They are never given to somebody else: they are surplus.
CREATE TABLE IF NOT EXISTS offset_releases (
    event_id     uuid NOT NULL,
    batch_id     uuid NOT NULL,
    serial_from  bigint NOT NULL,
    serial_to    bigint NOT NULL,
    grams        bigint NOT NULL,
    citizen_id   uuid NOT NULL,
    revision     smallint NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT offset_releases_once PRIMARY KEY (event_id, batch_id, serial_from),
    CONSTRAINT offset_releases_grams_are_serials CHECK (grams > 0 AND serial_to - serial_from + 1 = grams)
);
CREATE INDEX IF NOT EXISTS offset_releases_by_citizen ON offset_releases (event_id, citizen_id);

-- Points paid for an offset, and given back (negative). `id` is the source of the transfers.
CREATE TABLE IF NOT EXISTS offset_payments (
    event_id       uuid NOT NULL,
    citizen_id     uuid NOT NULL,
    id             uuid NOT NULL,
    points         bigint NOT NULL,
    points_per_kg  integer NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT offset_payments_once PRIMARY KEY (event_id, citizen_id, id),
    CONSTRAINT offset_payments_points_not_zero CHECK (points <> 0),
    CONSTRAINT offset_payments_price_positive CHECK (points_per_kg > 0)
);

CREATE INDEX IF NOT EXISTS offset_payments_by_citizen ON offset_payments (citizen_id, id);

-- Attendances with the footprint that holds now.
-- Left alone where a later migration has put columns behind these.
DO $$ BEGIN IF to_regclass('current_attendances') IS NULL THEN
CREATE VIEW current_attendances AS
SELECT a.event_id, a.citizen_id, a.id, a.badge_serial, a.gate, a.offset_status, a.points, a.joined_at,
       coalesce(r.revision, 1::smallint) AS revision, coalesce(r.footprint_digest, a.footprint_digest) AS footprint_digest
FROM attendances a
LEFT JOIN LATERAL (
    SELECT revision, footprint_digest FROM journey_revisions j
    WHERE j.event_id = a.event_id AND j.citizen_id = a.citizen_id ORDER BY revision DESC LIMIT 1
) r ON true;
END IF; END $$;

-- Offsets with the grams that hold now; `first_grams` and `first_digest` are those of the day it was made.
-- Left alone where a later migration has put columns behind these.
DO $$ BEGIN IF to_regclass('current_offsets') IS NULL THEN
CREATE VIEW current_offsets AS
SELECT o.event_id, o.citizen_id, o.id, o.grams AS first_grams, o.kind AS asked_kind, o.pay_with,
       o.certificate_number, o.issued_at, o.footprint_digest AS first_digest,
       a.revision, a.footprint_digest, f.total_g, o.grams + c.grams AS grams,
       CASE WHEN o.grams + c.grams >= f.total_g THEN 'full' ELSE 'partial' END AS kind
FROM offsets o
LEFT JOIN current_attendances a ON a.event_id = o.event_id AND a.citizen_id = o.citizen_id
LEFT JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
CROSS JOIN LATERAL (
    SELECT coalesce(sum(grams), 0)::bigint AS grams FROM offset_changes x
    WHERE x.event_id = o.event_id AND x.citizen_id = o.citizen_id
) c;
END IF; END $$;
