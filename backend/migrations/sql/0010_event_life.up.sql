-- 0010: the life of an event: what an organiser files, each step with its actor, documents, the budget for points.

ALTER TABLE events ADD COLUMN IF NOT EXISTS agency text;
ALTER TABLE events ADD COLUMN IF NOT EXISTS template text;
ALTER TABLE events ADD COLUMN IF NOT EXISTS is_demonstration boolean NOT NULL DEFAULT false;
ALTER TABLE events ADD COLUMN IF NOT EXISTS expected_people integer;
ALTER TABLE events ADD COLUMN IF NOT EXISTS target_pct smallint NOT NULL DEFAULT 100;
ALTER TABLE events ADD COLUMN IF NOT EXISTS plan text;
-- Sources of an attendee's footprint that the organiser neutralises: what a person adds there is a contribution.
ALTER TABLE events ADD COLUMN IF NOT EXISTS neutralises jsonb NOT NULL DEFAULT '[]';
ALTER TABLE events ADD COLUMN IF NOT EXISTS neutrality_scope text NOT NULL DEFAULT 'attendees';
ALTER TABLE events ADD COLUMN IF NOT EXISTS evaluation jsonb;

ALTER TABLE events DROP CONSTRAINT IF EXISTS events_agency_known;
ALTER TABLE events ADD CONSTRAINT events_agency_known CHECK (agency IN
    ('ecology_environment', 'culture_tourism', 'sport', 'government_offices', 'forestry_grassland'));
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_template_known;
ALTER TABLE events ADD CONSTRAINT events_template_known CHECK (template IN ('annual_meeting'));
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_expected_people_bounded;
ALTER TABLE events ADD CONSTRAINT events_expected_people_bounded CHECK (expected_people BETWEEN 1 AND 10000000);
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_annual_meeting_small;
ALTER TABLE events ADD CONSTRAINT events_annual_meeting_small
    CHECK (template IS DISTINCT FROM 'annual_meeting' OR coalesce(expected_people, 401) <= 400);
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_target_share;
ALTER TABLE events ADD CONSTRAINT events_target_share CHECK (target_pct BETWEEN 1 AND 100);
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_plan_short;
ALTER TABLE events ADD CONSTRAINT events_plan_short CHECK (char_length(plan) BETWEEN 1 AND 4000);
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_neutralises_list;
ALTER TABLE events ADD CONSTRAINT events_neutralises_list CHECK (jsonb_typeof(neutralises) = 'array');
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_scope_known;
ALTER TABLE events ADD CONSTRAINT events_scope_known CHECK (neutrality_scope IN ('attendees', 'organiser', 'all'));

-- An event without a row here takes no points for offsets. Apart from `events`, whose row every scan shares: what is
-- spent changes at the peak.
CREATE TABLE IF NOT EXISTS event_budgets (
    event_id       uuid PRIMARY KEY REFERENCES events (id),
    points_per_kg  integer NOT NULL,
    points_budget  bigint NOT NULL,
    points_spent   bigint NOT NULL DEFAULT 0,
    CONSTRAINT event_budgets_price_positive CHECK (points_per_kg BETWEEN 1 AND 1000000),
    CONSTRAINT event_budgets_spent_within CHECK (points_spent BETWEEN 0 AND points_budget)
) WITH (fillfactor = 50);

-- Who moved an event from which state to which, when and why. The first row, without `from_state`, is its creation;
-- one whose states are the same is a change of what was filed. Append-only.
CREATE TABLE IF NOT EXISTS event_steps (
    event_id    uuid NOT NULL REFERENCES events (id),
    id          uuid NOT NULL,
    from_state  text,
    to_state    text NOT NULL,
    actor       uuid NOT NULL REFERENCES staff (id),
    note        text,
    at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, id),
    CONSTRAINT event_steps_states_known CHECK (
        to_state IN ('draft', 'submitted', 'accepted', 'rejected', 'running', 'accounting', 'offset', 'evaluated',
            'closed')
        AND from_state IN ('draft', 'submitted', 'accepted', 'rejected', 'running', 'accounting', 'offset',
            'evaluated', 'closed')),
    CONSTRAINT event_steps_note_short CHECK (char_length(note) <= 500)
);

-- Documents of an event. The contents are files named by their SHA-256 (backend/outside/content_store.py).
-- Append-only: a better version is another document.
CREATE TABLE IF NOT EXISTS event_documents (
    event_id     uuid NOT NULL REFERENCES events (id),
    id           uuid NOT NULL,
    kind         text NOT NULL,
    sha256       bytea NOT NULL,
    media_type   text NOT NULL,
    bytes        bigint NOT NULL,
    name         text NOT NULL,
    uploaded_by  uuid NOT NULL REFERENCES staff (id),
    at           timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, id),
    CONSTRAINT event_documents_once_per_kind UNIQUE (event_id, kind, sha256),
    CONSTRAINT event_documents_kind_known CHECK (kind IN ('plan', 'reduction_actions', 'neutralisation',
        'evaluation', 'verifier_report', 'retirement_proof', 'other')),
    CONSTRAINT event_documents_hash_length CHECK (octet_length(sha256) = 32),
    CONSTRAINT event_documents_size_positive CHECK (bytes > 0),
    CONSTRAINT event_documents_name_short CHECK (char_length(name) BETWEEN 1 AND 200)
);
