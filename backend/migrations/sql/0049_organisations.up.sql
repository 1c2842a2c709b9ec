-- 0049: organisations with their licences, members and invitations, the events that they run, and what a regulator watches.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `code` is the unified social credit code (GB 32100-2015), or N-… where nobody has told it yet. `kinds` says what an
-- organisation is here; one may be several things.
CREATE TABLE IF NOT EXISTS organisations (
    id            uuid PRIMARY KEY,
    code          text NOT NULL,
    kinds         text[] NOT NULL,
    name_zh       text NOT NULL,
    name_en       text NOT NULL,
    city          text,
    agency        text,
    state         text NOT NULL DEFAULT 'applied',
    state_why     text,
    revision      integer NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    created_by    uuid,
    reviewed_by   uuid,
    reviewed_at   timestamptz,
    CONSTRAINT organisations_code_unique UNIQUE (code),
    CONSTRAINT organisations_code_form CHECK (code ~ '^([0-9A-HJ-NPQRTUWXY]{18}|N-[0-9A-Z]{8})$'),
    CONSTRAINT organisations_kinds_known CHECK (
        cardinality(kinds) > 0 AND kinds <@ ARRAY['event_organiser', 'enterprise', 'public_institution', 'association',
            'platform', 'verifier', 'credit_developer', 'merchant', 'partner']),
    CONSTRAINT organisations_state_known CHECK (state IN ('applied', 'active', 'suspended', 'closed', 'rejected')),
    CONSTRAINT organisations_state_explained CHECK (state NOT IN ('suspended', 'rejected') OR state_why IS NOT NULL),
    CONSTRAINT organisations_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff (id),
    CONSTRAINT organisations_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff (id),
    CONSTRAINT organisations_reviewed_by_whom CHECK (reviewed_by IS NULL OR reviewed_at IS NOT NULL)
);

-- What an organisation may do by somebody's licence, from when to when.
CREATE TABLE IF NOT EXISTS organisation_licences (
    id               uuid PRIMARY KEY,
    organisation_id  uuid NOT NULL,
    kind             text NOT NULL,
    number           text NOT NULL,
    issuer           text NOT NULL,
    valid_from       date NOT NULL,
    valid_to         date,
    added_by         uuid NOT NULL,
    added_at         timestamptz NOT NULL DEFAULT now(),
    confirmed_by     uuid,
    confirmed_at     timestamptz,
    revoked_by       uuid,
    revoked_at       timestamptz,
    revoked_why      text,
    CONSTRAINT organisation_licences_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_licences_added_by_fkey FOREIGN KEY (added_by) REFERENCES staff (id),
    CONSTRAINT organisation_licences_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES staff (id),
    CONSTRAINT organisation_licences_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES staff (id),
    CONSTRAINT organisation_licences_number_unique UNIQUE (organisation_id, kind, number),
    CONSTRAINT organisation_licences_kind_known CHECK (kind IN ('verification', 'business', 'rating')),
    CONSTRAINT organisation_licences_period_in_order CHECK (valid_to >= valid_from),
    CONSTRAINT organisation_licences_second_person CHECK (confirmed_by <> added_by),
    CONSTRAINT organisation_licences_confirmed_by_whom CHECK ((confirmed_at IS NULL) = (confirmed_by IS NULL)),
    CONSTRAINT organisation_licences_revocation_explained CHECK (
        (revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_why IS NULL))
);

CREATE TABLE IF NOT EXISTS organisation_members (
    id               uuid PRIMARY KEY,
    organisation_id  uuid NOT NULL,
    staff_id         uuid NOT NULL,
    duty             text NOT NULL,
    added_by         uuid NOT NULL,
    added_at         timestamptz NOT NULL DEFAULT now(),
    removed_at       timestamptz,
    removed_by       uuid,
    CONSTRAINT organisation_members_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_members_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT organisation_members_added_by_fkey FOREIGN KEY (added_by) REFERENCES staff (id),
    CONSTRAINT organisation_members_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES staff (id),
    CONSTRAINT organisation_members_duty_known CHECK (duty IN ('owner', 'editor', 'finance', 'gate', 'reader')),
    CONSTRAINT organisation_members_removed_by_whom CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS organisation_members_duty_once
    ON organisation_members (organisation_id, staff_id, duty) WHERE removed_at IS NULL;
CREATE INDEX IF NOT EXISTS organisation_members_of_staff ON organisation_members (staff_id) WHERE removed_at IS NULL;

CREATE TABLE IF NOT EXISTS organisation_invitations (
    id               uuid PRIMARY KEY,
    organisation_id  uuid NOT NULL,
    duties           text[] NOT NULL,
    token_hash       bytea NOT NULL,
    created_by       uuid NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT now(),
    expires_at       timestamptz NOT NULL,
    used_by          uuid,
    used_at          timestamptz,
    revoked_at       timestamptz,
    CONSTRAINT organisation_invitations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT organisation_invitations_created_by_fkey FOREIGN KEY (created_by) REFERENCES staff (id),
    CONSTRAINT organisation_invitations_used_by_fkey FOREIGN KEY (used_by) REFERENCES staff (id),
    CONSTRAINT organisation_invitations_token_unique UNIQUE (token_hash),
    CONSTRAINT organisation_invitations_token_length CHECK (octet_length(token_hash) = 32),
    CONSTRAINT organisation_invitations_duties_known CHECK (
        cardinality(duties) > 0 AND duties <@ ARRAY['owner', 'editor', 'finance', 'gate', 'reader']),
    CONSTRAINT organisation_invitations_used_by_whom CHECK ((used_at IS NULL) = (used_by IS NULL))
);

-- Which organisations run an event: one host, and others beside it.
CREATE TABLE IF NOT EXISTS event_organisations (
    event_id         uuid NOT NULL,
    id               uuid NOT NULL,
    organisation_id  uuid NOT NULL,
    part             text NOT NULL,
    added_by         uuid NOT NULL,
    added_at         timestamptz NOT NULL DEFAULT now(),
    removed_at       timestamptz,
    removed_by       uuid,
    CONSTRAINT event_organisations_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT event_organisations_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT event_organisations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT event_organisations_added_by_fkey FOREIGN KEY (added_by) REFERENCES staff (id),
    CONSTRAINT event_organisations_removed_by_fkey FOREIGN KEY (removed_by) REFERENCES staff (id),
    CONSTRAINT event_organisations_part_known CHECK (part IN ('host', 'co_host')),
    CONSTRAINT event_organisations_removed_by_whom CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS event_organisations_once
    ON event_organisations (event_id, organisation_id) WHERE removed_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS event_organisations_one_host
    ON event_organisations (event_id) WHERE removed_at IS NULL AND part = 'host';
CREATE INDEX IF NOT EXISTS event_organisations_of_organisation
    ON event_organisations (organisation_id) WHERE removed_at IS NULL;

-- What a regulator watches: an agency's events, a city's, or where a column is null all of them. No row: the province.
CREATE TABLE IF NOT EXISTS regulator_remits (
    id         uuid PRIMARY KEY,
    staff_id   uuid NOT NULL,
    agency     text,
    city       text,
    given_by   uuid NOT NULL,
    given_at   timestamptz NOT NULL DEFAULT now(),
    ended_at   timestamptz,
    ended_by   uuid,
    CONSTRAINT regulator_remits_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT regulator_remits_given_by_fkey FOREIGN KEY (given_by) REFERENCES staff (id),
    CONSTRAINT regulator_remits_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES staff (id),
    CONSTRAINT regulator_remits_bounded CHECK (agency IS NOT NULL OR city IS NOT NULL),
    CONSTRAINT regulator_remits_ended_by_whom CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);
CREATE INDEX IF NOT EXISTS regulator_remits_of_staff ON regulator_remits (staff_id) WHERE ended_at IS NULL;

-- Merchants, partners and teams of companies belong to organisations.
ALTER TABLE merchants ADD COLUMN IF NOT EXISTS organisation_id uuid;
ALTER TABLE partners ADD COLUMN IF NOT EXISTS organisation_id uuid;
ALTER TABLE teams ADD COLUMN IF NOT EXISTS organisation_id uuid;

-- A regulator has frozen the event: nothing of its pool is allocated, and it goes no step further.
ALTER TABLE events ADD COLUMN IF NOT EXISTS frozen_at timestamptz;
ALTER TABLE events ADD COLUMN IF NOT EXISTS frozen_why text;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_freeze_explained;
ALTER TABLE events ADD CONSTRAINT events_freeze_explained CHECK ((frozen_at IS NULL) = (frozen_why IS NULL)) NOT VALID;
ALTER TABLE events VALIDATE CONSTRAINT events_freeze_explained;

-- Verifiers sign in.
ALTER TABLE staff DROP CONSTRAINT IF EXISTS staff_role_known;
ALTER TABLE staff ADD CONSTRAINT staff_role_known
    CHECK (role IN ('staff', 'organiser', 'operator', 'regulator', 'verifier')) NOT VALID;
ALTER TABLE staff VALIDATE CONSTRAINT staff_role_known;
ALTER TABLE sessions DROP CONSTRAINT IF EXISTS sessions_role_known;
ALTER TABLE sessions ADD CONSTRAINT sessions_role_known
    CHECK (role IN ('citizen', 'guest', 'staff', 'organiser', 'operator', 'regulator', 'verifier')) NOT VALID;
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_role_known;
