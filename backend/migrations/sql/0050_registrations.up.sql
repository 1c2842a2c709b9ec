-- 0050: how organisations register, take their true code and run an event together; revisions of what staff edit.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- Who registers without an account wishes a user name and gets a receipt, of which the hash is kept; it opens the
-- account once. `wanted_code` is the true code that an owner of a provisional one has told and nobody reviewed yet.
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS wanted_username text;
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS receipt_hash bytea;
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS receipt_used_at timestamptz;
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS first_owner uuid;
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS wanted_code text;
ALTER TABLE organisations ADD COLUMN IF NOT EXISTS wanted_code_by uuid;
CREATE UNIQUE INDEX IF NOT EXISTS organisations_receipt_unique ON organisations (receipt_hash);
ALTER TABLE organisations DROP CONSTRAINT IF EXISTS organisations_receipt_length;
ALTER TABLE organisations ADD CONSTRAINT organisations_receipt_length CHECK (octet_length(receipt_hash) = 32) NOT VALID;
ALTER TABLE organisations VALIDATE CONSTRAINT organisations_receipt_length;
ALTER TABLE organisations DROP CONSTRAINT IF EXISTS organisations_wanted_code_form;
ALTER TABLE organisations ADD CONSTRAINT organisations_wanted_code_form
    CHECK (wanted_code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$') NOT VALID;
ALTER TABLE organisations VALIDATE CONSTRAINT organisations_wanted_code_form;
ALTER TABLE organisations DROP CONSTRAINT IF EXISTS organisations_wanted_code_by_whom;
ALTER TABLE organisations ADD CONSTRAINT organisations_wanted_code_by_whom
    CHECK ((wanted_code IS NULL) = (wanted_code_by IS NULL)) NOT VALID;
ALTER TABLE organisations VALIDATE CONSTRAINT organisations_wanted_code_by_whom;

-- A host's owner invites another organisation to run an event with it; an owner of that one accepts.
CREATE TABLE IF NOT EXISTS event_invitations (
    event_id         uuid NOT NULL,
    id               uuid NOT NULL,
    organisation_id  uuid NOT NULL,
    invited_by       uuid NOT NULL,
    invited_at       timestamptz NOT NULL DEFAULT now(),
    answer           text,
    answered_by      uuid,
    answered_at      timestamptz,
    CONSTRAINT event_invitations_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT event_invitations_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT event_invitations_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT event_invitations_invited_by_fkey FOREIGN KEY (invited_by) REFERENCES staff (id),
    CONSTRAINT event_invitations_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES staff (id),
    CONSTRAINT event_invitations_answer_known CHECK (answer IN ('accepted', 'refused', 'withdrawn')),
    CONSTRAINT event_invitations_answered_by_whom CHECK (
        (answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS event_invitations_once
    ON event_invitations (event_id, organisation_id) WHERE answer IS NULL;
CREATE INDEX IF NOT EXISTS event_invitations_of_organisation ON event_invitations (organisation_id) WHERE answer IS NULL;

-- Merchants and causes are edited by several operators: who edits says which revision they saw.
ALTER TABLE merchants ADD COLUMN IF NOT EXISTS revision integer NOT NULL DEFAULT 1;
ALTER TABLE causes ADD COLUMN IF NOT EXISTS revision integer NOT NULL DEFAULT 1;

-- The public register is searched by names and codes, newest first.
CREATE INDEX IF NOT EXISTS organisations_by_state ON organisations (state, id);
