-- 0036: the month of birth that a citizen tells, consents of guardians of children under 14, the codes they are given
-- with, and how old those were who left.

-- The first day of the month, and nothing finer; NULL until it is told, once staff agreed that it was wrong, and once
-- its citizen has left. The moment at which it was told last stays when it was wrong.
ALTER TABLE citizens ADD COLUMN IF NOT EXISTS born_month date;
ALTER TABLE citizens ADD COLUMN IF NOT EXISTS age_told_at timestamptz;
ALTER TABLE citizens DROP CONSTRAINT IF EXISTS citizens_month_is_a_month;
ALTER TABLE citizens ADD CONSTRAINT citizens_month_is_a_month
    CHECK (extract(day FROM born_month) = 1 AND born_month >= '1900-01-01');
ALTER TABLE citizens DROP CONSTRAINT IF EXISTS citizens_month_told_at_a_moment;
ALTER TABLE citizens ADD CONSTRAINT citizens_month_told_at_a_moment
    CHECK (born_month IS NULL OR age_told_at IS NOT NULL);

-- From this day on an account earns points: the fourteenth birthday, or the day of a guardian's consent. NULL: no age
-- was told.
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS earns_from date;

-- One decision about one child by one guardian; the highest revision holds. Append-only. `ended`: one of the two left.
CREATE TABLE IF NOT EXISTS guardian_consents (
    citizen_id      uuid NOT NULL,
    guardian_id     uuid NOT NULL,
    revision        integer NOT NULL,
    decision        text NOT NULL,
    policy_version  text NOT NULL,
    decided_at      timestamptz NOT NULL,
    CONSTRAINT guardian_consents_pkey PRIMARY KEY (citizen_id, guardian_id, revision),
    CONSTRAINT guardian_consents_of_another CHECK (citizen_id <> guardian_id),
    CONSTRAINT guardian_consents_counted CHECK (revision >= 1),
    CONSTRAINT guardian_consents_begin_given CHECK (revision > 1 OR decision = 'given'),
    CONSTRAINT guardian_consents_decision_known CHECK (decision IN ('given', 'withdrawn', 'ended'))
);
CREATE INDEX IF NOT EXISTS guardian_consents_of_guardian ON guardian_consents (guardian_id, citizen_id);
CREATE INDEX IF NOT EXISTS guardian_consents_by_time ON guardian_consents (decided_at);

-- The one code of a child that counts now; it goes when it is used.
CREATE TABLE IF NOT EXISTS guardian_codes (
    citizen_id  uuid PRIMARY KEY,
    code_hash   bytea NOT NULL,
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL,
    CONSTRAINT guardian_codes_hash_length CHECK (octet_length(code_hash) = 32),
    CONSTRAINT guardian_codes_short_lived CHECK (expires_at > created_at AND expires_at <= created_at + interval '1 hour')
);
CREATE UNIQUE INDEX IF NOT EXISTS guardian_codes_by_code ON guardian_codes (code_hash);

-- For yearly figures; a receipt leads to nobody all the same.
ALTER TABLE erasures ADD COLUMN IF NOT EXISTS age_band text;
ALTER TABLE erasures DROP CONSTRAINT IF EXISTS erasures_age_band_known;
ALTER TABLE erasures ADD CONSTRAINT erasures_age_band_known CHECK (age_band IN ('child', 'youth', 'adult'));

-- To the wrong month an objection is made like to any other decision.
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_about_known;
ALTER TABLE complaints ADD CONSTRAINT complaints_about_known
    CHECK (about IN ('review', 'action', 'offset', 'age', 'certificate', 'event_report'));
