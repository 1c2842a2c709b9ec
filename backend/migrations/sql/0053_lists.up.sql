-- 0053: green, black and negative list of organisations: entries, appeals, cases that detectors raise.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- An entry is in force while it is published, from valid_from to valid_to in Shanghai's days. `evidence` is a list of
-- objects; the public sees those that say so.
CREATE TABLE IF NOT EXISTS list_entries (
    id                   uuid PRIMARY KEY,
    list                 text NOT NULL,
    organisation_id      uuid NOT NULL,
    state                text NOT NULL,
    reason               text NOT NULL,
    rule                 text,
    evidence             jsonb NOT NULL,
    publisher            text NOT NULL,
    valid_from           date,
    valid_to             date,
    proposed_by          uuid NOT NULL,
    proposed_at          timestamptz NOT NULL,
    hearing_until        date,
    statement            text,
    statement_by         uuid,
    statement_at         timestamptz,
    confirmed_by         uuid,
    decided_at           timestamptz,
    decision_reason      text,
    published_at         timestamptz,
    removal_proposed_by  uuid,
    removal_proposed_at  timestamptz,
    removal_reason       text,
    ended_by             uuid,
    ended_at             timestamptz,
    CONSTRAINT list_entries_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT list_entries_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT list_entries_statement_by_fkey FOREIGN KEY (statement_by) REFERENCES staff (id),
    CONSTRAINT list_entries_confirmed_by_fkey FOREIGN KEY (confirmed_by) REFERENCES staff (id),
    CONSTRAINT list_entries_removal_proposed_by_fkey FOREIGN KEY (removal_proposed_by) REFERENCES staff (id),
    CONSTRAINT list_entries_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES staff (id),
    CONSTRAINT list_entries_list_known CHECK (list IN ('green', 'black', 'negative')),
    CONSTRAINT list_entries_state_known CHECK (
        state IN ('proposed', 'hearing', 'published', 'removed', 'expired', 'rejected')),
    CONSTRAINT list_entries_rule_named CHECK (list <> 'negative' OR rule IS NOT NULL),
    CONSTRAINT list_entries_evidence_given CHECK (jsonb_typeof(evidence) = 'array' AND jsonb_array_length(evidence) > 0),
    CONSTRAINT list_entries_period_in_order CHECK (valid_to >= valid_from),
    CONSTRAINT list_entries_hearing_first CHECK (list <> 'black' OR hearing_until IS NOT NULL),
    CONSTRAINT list_entries_statement_whole CHECK (
        (statement IS NULL) = (statement_at IS NULL) AND (statement IS NULL) = (statement_by IS NULL)),
    CONSTRAINT list_entries_publication_whole CHECK (
        state NOT IN ('published', 'removed', 'expired')
        OR (published_at IS NOT NULL AND valid_from IS NOT NULL AND confirmed_by IS NOT NULL)),
    CONSTRAINT list_entries_removal_whole CHECK (
        (removal_proposed_by IS NULL) = (removal_proposed_at IS NULL)
        AND (removal_proposed_by IS NULL) = (removal_reason IS NULL)),
    CONSTRAINT list_entries_end_dated CHECK ((state IN ('removed', 'expired')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS list_entries_once
    ON list_entries (list, organisation_id) WHERE state IN ('proposed', 'hearing', 'published');
CREATE INDEX IF NOT EXISTS list_entries_of_organisation ON list_entries (organisation_id);
CREATE INDEX IF NOT EXISTS list_entries_public ON list_entries (list, id) WHERE published_at IS NOT NULL;

CREATE TABLE IF NOT EXISTS list_appeals (
    id               uuid PRIMARY KEY,
    entry_id         uuid NOT NULL,
    text             text NOT NULL,
    state            text NOT NULL DEFAULT 'open',
    filed_by         uuid NOT NULL,
    filed_at         timestamptz NOT NULL,
    decided_by       uuid,
    decided_at       timestamptz,
    decision_reason  text,
    CONSTRAINT list_appeals_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES list_entries (id),
    CONSTRAINT list_appeals_filed_by_fkey FOREIGN KEY (filed_by) REFERENCES staff (id),
    CONSTRAINT list_appeals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT list_appeals_entry_id_unique UNIQUE (entry_id),
    CONSTRAINT list_appeals_state_known CHECK (state IN ('open', 'upheld', 'rejected')),
    CONSTRAINT list_appeals_decision_whole CHECK (
        (state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decided_by IS NULL)
        AND (state = 'open') = (decision_reason IS NULL))
);

-- What a detector found. `facts` are numbers, codes and slugs, never a person's name or id; `subject` says what the
-- rule was broken by, so that the same thing is one case.
CREATE TABLE IF NOT EXISTS list_cases (
    id               uuid PRIMARY KEY,
    rule             text NOT NULL,
    subject          text NOT NULL,
    organisation_id  uuid,
    facts            jsonb NOT NULL,
    facts_digest     bytea NOT NULL,
    state            text NOT NULL DEFAULT 'open',
    found_at         timestamptz NOT NULL,
    decided_by       uuid,
    decided_at       timestamptz,
    decision_reason  text,
    entry_id         uuid,
    CONSTRAINT list_cases_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT list_cases_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT list_cases_entry_id_fkey FOREIGN KEY (entry_id) REFERENCES list_entries (id),
    CONSTRAINT list_cases_facts_once UNIQUE (rule, subject, facts_digest),
    CONSTRAINT list_cases_state_known CHECK (state IN ('open', 'dismissed', 'entered')),
    CONSTRAINT list_cases_decision_whole CHECK ((state = 'open') = (decided_at IS NULL)),
    CONSTRAINT list_cases_entry_named CHECK ((state = 'entered') = (entry_id IS NOT NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS list_cases_one_open ON list_cases (rule, subject) WHERE state = 'open';
CREATE INDEX IF NOT EXISTS list_cases_open ON list_cases (id) WHERE state = 'open';

-- A retirement or a range of serials that the register refused because it stands there already.
CREATE TABLE IF NOT EXISTS serial_refusals (
    id            uuid PRIMARY KEY,
    code          text NOT NULL,
    staff_id      uuid NOT NULL,
    developer_id  uuid,
    tried         text NOT NULL,
    at            timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT serial_refusals_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff (id),
    CONSTRAINT serial_refusals_developer_id_fkey FOREIGN KEY (developer_id) REFERENCES organisations (id)
);
CREATE INDEX IF NOT EXISTS serial_refusals_by_time ON serial_refusals (at);

-- Whose credits a batch is of.
ALTER TABLE credit_batches ADD COLUMN IF NOT EXISTS developer_id uuid;

-- Organisations whose entry of the black list is in force: the one place that says what that means.
CREATE OR REPLACE VIEW blacklisted_organisations AS
    SELECT organisation_id, id AS entry_id, reason, valid_to FROM list_entries
    WHERE list = 'black' AND state = 'published' AND valid_from <= (now() AT TIME ZONE 'Asia/Shanghai')::date
      AND (valid_to IS NULL OR valid_to >= (now() AT TIME ZONE 'Asia/Shanghai')::date);
