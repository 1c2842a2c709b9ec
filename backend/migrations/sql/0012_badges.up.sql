-- 0012: what organisers know a badge by, its replacement when it is lost, and badges that come by the file.

ALTER TABLE badges ADD COLUMN IF NOT EXISTS holder_ref text;
ALTER TABLE badges ADD COLUMN IF NOT EXISTS label text;
ALTER TABLE badges ADD COLUMN IF NOT EXISTS alias text;
ALTER TABLE badges ADD COLUMN IF NOT EXISTS reissued_as integer;
ALTER TABLE badges ADD COLUMN IF NOT EXISTS revoked_why text;

-- A reference, never a name: what is longer than a seat or ticket number is something else.
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_holder_ref_short;
ALTER TABLE badges ADD CONSTRAINT badges_holder_ref_short CHECK (length(holder_ref) BETWEEN 1 AND 40);
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_label_short;
ALTER TABLE badges ADD CONSTRAINT badges_label_short CHECK (length(label) BETWEEN 1 AND 40);
-- As a reader of wristbands gives it, without its signs and in capitals, so that two readers' spellings are one.
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_alias_form;
ALTER TABLE badges ADD CONSTRAINT badges_alias_form CHECK (alias ~ '^[0-9A-Z]{4,64}$');
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_alias_unique;
ALTER TABLE badges ADD CONSTRAINT badges_alias_unique UNIQUE (event_id, alias);
-- One badge for a holder, and those that it replaced: the partial form of a unique constraint.
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_holder_ref_unique;
ALTER TABLE badges ADD CONSTRAINT badges_holder_ref_unique
    EXCLUDE USING btree (event_id WITH =, holder_ref WITH =) WHERE (reissued_as IS NULL);
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_reissued_is_revoked;
ALTER TABLE badges ADD CONSTRAINT badges_reissued_is_revoked
    CHECK (reissued_as IS NULL OR (reissued_as > serial AND revoked_at IS NOT NULL));
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_why_is_of_a_revocation;
ALTER TABLE badges ADD CONSTRAINT badges_why_is_of_a_revocation
    CHECK (revoked_why IS NULL OR (revoked_at IS NOT NULL AND length(revoked_why) BETWEEN 1 AND 400));

-- A file of badges. `attempt` grows with every run, so that a run that was given up can no longer end; a run whose
-- `alive_until` has passed was given up by a process that died, and has left nothing.
CREATE TABLE IF NOT EXISTS badge_imports (
    event_id     uuid NOT NULL REFERENCES events (id),
    id           uuid NOT NULL,
    sha256       bytea NOT NULL,
    state        text NOT NULL,
    why          text,
    rows_total   integer NOT NULL,
    rows_done    integer NOT NULL DEFAULT 0,
    errors       jsonb NOT NULL DEFAULT '[]',
    errors_total integer NOT NULL DEFAULT 0,
    serial_from  integer,
    serial_to    integer,
    attempt      integer NOT NULL DEFAULT 1,
    alive_until  timestamptz NOT NULL,
    created_by   uuid NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now(),
    ended_at     timestamptz,
    PRIMARY KEY (event_id, id),
    CONSTRAINT badge_imports_once_per_file UNIQUE (event_id, sha256),
    CONSTRAINT badge_imports_digest_form CHECK (length(sha256) = 32),
    CONSTRAINT badge_imports_state_known CHECK (state IN ('queued', 'running', 'done', 'failed')),
    CONSTRAINT badge_imports_why_known CHECK (why IN ('rows_broken', 'interrupted', 'taken', 'limit', 'closed', 'error')),
    CONSTRAINT badge_imports_failure_has_a_reason CHECK ((state = 'failed') = (why IS NOT NULL)),
    CONSTRAINT badge_imports_rows_bounded CHECK (rows_done BETWEEN 0 AND rows_total AND rows_total <= 100000),
    CONSTRAINT badge_imports_errors_bounded CHECK (jsonb_array_length(errors) <= 100 AND errors_total >= 0),
    CONSTRAINT badge_imports_done_names_its_serials CHECK (
        (state = 'done') = (serial_from IS NOT NULL AND serial_to IS NOT NULL)
        AND (state <> 'done' OR (rows_done = rows_total AND serial_to - serial_from + 1 = rows_total))),
    CONSTRAINT badge_imports_attempt_positive CHECK (attempt > 0)
);
