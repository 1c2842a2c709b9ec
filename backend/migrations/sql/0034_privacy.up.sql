-- 0034: who was erased, receipts of erasures, and what citizens and visitors complain about.

-- Of whom nothing new may be kept: an access token lives on for a moment, a partner's report may be under way.
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS erased_at timestamptz;

-- A receipt leads to nobody: its id is given to who was erased, and only counts stand in it. Append-only.
CREATE TABLE IF NOT EXISTS erasures (
    id      uuid PRIMARY KEY,
    at      timestamptz NOT NULL,
    erased  jsonb NOT NULL,
    CONSTRAINT erasures_counts_told CHECK (jsonb_typeof(erased) = 'object')
);

-- An objection is a citizen's, to a decision about them; a report is anybody's, about a claim that is public. A
-- report has no citizen, and a code by which its author, and nobody else, finds it again.
CREATE TABLE IF NOT EXISTS complaints (
    id            uuid PRIMARY KEY,
    about         text NOT NULL,
    subject       text NOT NULL,
    citizen_id    uuid,
    code_hash     bytea,
    text          text,
    contact       bytea,
    contact_key   text,
    state         text NOT NULL DEFAULT 'received',
    received_at   timestamptz NOT NULL,
    due_on        date NOT NULL,
    decided_by    uuid,
    taken_by      uuid,
    taken_at      timestamptz,
    answer        text,
    answered_by   uuid,
    answered_at   timestamptz,
    CONSTRAINT complaints_about_known CHECK (about IN ('review', 'action', 'offset', 'certificate', 'event_report')),
    CONSTRAINT complaints_subject_short CHECK (char_length(subject) BETWEEN 1 AND 64),
    CONSTRAINT complaints_state_known CHECK (state IN ('received', 'under_review', 'answered', 'upheld', 'rejected')),
    CONSTRAINT complaints_public_by_code CHECK ((about IN ('certificate', 'event_report')) = (code_hash IS NOT NULL)),
    CONSTRAINT complaints_code_length CHECK (octet_length(code_hash) = 32),
    CONSTRAINT complaints_objection_names_nobody CHECK (citizen_id IS NULL OR code_hash IS NULL),
    CONSTRAINT complaints_text_short CHECK (char_length(text) BETWEEN 1 AND 2000),
    CONSTRAINT complaints_contact_short CHECK (octet_length(contact) <= 600),
    CONSTRAINT complaints_contact_with_key CHECK ((contact IS NULL) = (contact_key IS NULL)),
    CONSTRAINT complaints_contact_is_public CHECK (contact IS NULL OR code_hash IS NOT NULL),
    CONSTRAINT complaints_taken_by_somebody CHECK ((taken_by IS NULL) = (taken_at IS NULL)
        AND (state = 'received') = (taken_by IS NULL)),
    CONSTRAINT complaints_answered_with_a_text CHECK ((state IN ('answered', 'upheld', 'rejected'))
        = (answer IS NOT NULL) AND (answer IS NULL) = (answered_by IS NULL) AND (answer IS NULL) = (answered_at IS NULL)),
    CONSTRAINT complaints_answer_short CHECK (char_length(answer) BETWEEN 1 AND 2000),
    -- Nobody answers for a decision of their own.
    CONSTRAINT complaints_answered_by_another CHECK (answered_by <> decided_by)
);
CREATE UNIQUE INDEX IF NOT EXISTS complaints_once_per_decision ON complaints (citizen_id, about, subject)
    WHERE citizen_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS complaints_by_code ON complaints (code_hash) WHERE code_hash IS NOT NULL;
CREATE INDEX IF NOT EXISTS complaints_open ON complaints (due_on, id) WHERE answer IS NULL;
CREATE INDEX IF NOT EXISTS complaints_kept ON complaints (answered_at) WHERE text IS NOT NULL;
