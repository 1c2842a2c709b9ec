-- 0057: releases of figures to the public, numbered without a gap and chained by hash, and their corrections.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `body` is the canonical JSON that was published, byte for byte; it contains the number, the period and the hash of the
-- release before. The chain cannot fork: each hash is the one before of one release at most. Append-only.
CREATE TABLE IF NOT EXISTS disclosures (
    number           text PRIMARY KEY,
    sequence         bigint NOT NULL,
    kind             text NOT NULL,
    subject          text NOT NULL,
    period_from      date NOT NULL,
    period_to        date NOT NULL,
    event_id         uuid,
    organisation_id  uuid,
    corrects         text,
    body             bytea NOT NULL,
    sha256           bytea NOT NULL,
    previous_sha256  bytea,
    published_at     timestamptz NOT NULL,
    published_by     uuid,
    CONSTRAINT disclosures_number_form CHECK (number ~ '^D-20[0-9]{2}-[0-9]{6}$'),
    CONSTRAINT disclosures_sequence_unique UNIQUE (sequence),
    CONSTRAINT disclosures_sequence_positive CHECK (sequence >= 1),
    CONSTRAINT disclosures_kind_known CHECK (kind IN ('event', 'month', 'quarter', 'year', 'organisation')),
    CONSTRAINT disclosures_period_in_order CHECK (period_to >= period_from),
    CONSTRAINT disclosures_of_event CHECK ((kind = 'event') = (event_id IS NOT NULL)),
    CONSTRAINT disclosures_of_organisation CHECK ((kind = 'organisation') = (organisation_id IS NOT NULL)),
    CONSTRAINT disclosures_hash_of_body CHECK (sha256 = sha256(body)),
    CONSTRAINT disclosures_hash_unique UNIQUE (sha256),
    CONSTRAINT disclosures_chain_unbroken FOREIGN KEY (previous_sha256) REFERENCES disclosures (sha256),
    CONSTRAINT disclosures_chain_one_way UNIQUE (previous_sha256),
    CONSTRAINT disclosures_chain_begins_once CHECK ((sequence = 1) = (previous_sha256 IS NULL)),
    CONSTRAINT disclosures_corrected_once UNIQUE (corrects),
    CONSTRAINT disclosures_corrects_fkey FOREIGN KEY (corrects) REFERENCES disclosures (number),
    CONSTRAINT disclosures_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT disclosures_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT disclosures_published_by_fkey FOREIGN KEY (published_by) REFERENCES staff (id)
);
CREATE UNIQUE INDEX IF NOT EXISTS disclosures_once
    ON disclosures (kind, subject, period_from, period_to) WHERE corrects IS NULL;
CREATE INDEX IF NOT EXISTS disclosures_of_an_event ON disclosures (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS disclosures_of_an_organisation ON disclosures (organisation_id) WHERE organisation_id IS NOT NULL;

-- What was published stays, whoever asks: the owner of the tables as well has to take this trigger away first.
CREATE OR REPLACE FUNCTION refuse_disclosure_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published disclosure is never changed' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'disclosures_never_changed', TABLE = 'disclosures';
END
$$;
DROP TRIGGER IF EXISTS disclosures_unchanged ON disclosures;
CREATE TRIGGER disclosures_unchanged BEFORE UPDATE OR DELETE ON disclosures
    FOR EACH ROW EXECUTE FUNCTION refuse_disclosure_change();
DROP TRIGGER IF EXISTS disclosures_kept ON disclosures;
CREATE TRIGGER disclosures_kept BEFORE TRUNCATE ON disclosures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_disclosure_change();

-- That a release is wrong is proposed by one operator and decided by another; the corrected one is a new release.
CREATE TABLE IF NOT EXISTS disclosure_corrections (
    id           uuid PRIMARY KEY,
    number       text NOT NULL,
    reason       text NOT NULL,
    proposed_by  uuid NOT NULL,
    proposed_at  timestamptz NOT NULL,
    decision     text,
    decided_by   uuid,
    decided_at   timestamptz,
    published    text,
    CONSTRAINT disclosure_corrections_number_fkey FOREIGN KEY (number) REFERENCES disclosures (number),
    CONSTRAINT disclosure_corrections_published_fkey FOREIGN KEY (published) REFERENCES disclosures (number),
    CONSTRAINT disclosure_corrections_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT disclosure_corrections_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT disclosure_corrections_reason_told CHECK (char_length(reason) BETWEEN 1 AND 1000),
    CONSTRAINT disclosure_corrections_decision_known CHECK (decision IN ('confirmed', 'rejected')),
    CONSTRAINT disclosure_corrections_decided_whole CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT disclosure_corrections_published_if_confirmed CHECK (
        (published IS NOT NULL) = (decision IS NOT DISTINCT FROM 'confirmed'))
);
CREATE UNIQUE INDEX IF NOT EXISTS disclosure_corrections_one_open
    ON disclosure_corrections (number) WHERE decision IS NULL;

-- Releases are in the transparency log.
ALTER TABLE log_entries DROP CONSTRAINT IF EXISTS log_entries_kind_known;
ALTER TABLE log_entries ADD CONSTRAINT log_entries_kind_known
    CHECK (kind IN ('offset', 'offset_change', 'retirement', 'report', 'disclosure')) NOT VALID;
ALTER TABLE log_entries VALIDATE CONSTRAINT log_entries_kind_known;
