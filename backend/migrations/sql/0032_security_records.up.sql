-- 0032: what happened at the doors, on record for 180 days; names that are reported; when the database itself wrote a row;
-- the signatures of certificates, made where the key is.
-- The key of a record is its own: it is written off the peak, whatever event or citizen it is about.

-- One row for each event, or for several of a kind in one minute (`occurrences`). The database says when: the
-- application's role may not write `at`, change a row or delete one. Append-only.
CREATE TABLE IF NOT EXISTS security_records (
    id           uuid PRIMARY KEY,
    at           timestamptz NOT NULL DEFAULT clock_timestamp(),
    kind         text NOT NULL,
    actor_id     uuid,
    actor        text,
    source       text,
    subject      text,
    reason       text,
    occurrences  integer NOT NULL DEFAULT 1,
    CONSTRAINT security_records_kind_form CHECK (kind ~ '^[a-z][a-z_]{0,39}$'),
    CONSTRAINT security_records_texts_short CHECK (
        char_length(actor) <= 100 AND char_length(source) <= 100
        AND char_length(subject) <= 200 AND char_length(reason) <= 400),
    CONSTRAINT security_records_occurrences_positive CHECK (occurrences > 0)
);
CREATE INDEX IF NOT EXISTS security_records_by_time ON security_records (at, id);
CREATE INDEX IF NOT EXISTS security_records_by_kind ON security_records (kind, at, id);

-- The one way out, and it is the owner's: nobody can name a younger row.
CREATE OR REPLACE FUNCTION remove_old_security_records(rows_max integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH removed AS (
        DELETE FROM security_records WHERE id IN (
            SELECT id FROM security_records WHERE at < clock_timestamp() - interval '180 days' ORDER BY at LIMIT rows_max)
        RETURNING 1
    )
    SELECT count(*) FROM removed
$$;
REVOKE ALL ON FUNCTION remove_old_security_records(integer) FROM PUBLIC;

-- Whoever changes an account of staff, by whatever statement: the database records it, with who was connected from where.
CREATE OR REPLACE FUNCTION record_staff_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        changed := 'created as ' || NEW.role;
    ELSE
        SELECT string_agg(n.key, ', ' ORDER BY n.key) INTO changed
        FROM jsonb_each(to_jsonb(NEW)) n WHERE n.value IS DISTINCT FROM to_jsonb(OLD) -> n.key;
        IF changed IS NULL THEN
            RETURN NULL;
        END IF;
        changed := 'changed: ' || changed;
    END IF;
    INSERT INTO security_records (id, kind, actor, source, subject, reason)
    VALUES (gen_random_uuid(), 'account_written', left(session_user || ' ' || current_setting('application_name'), 100),
            coalesce(host(inet_client_addr()), 'socket'), left(NEW.username, 200), left(changed, 400));
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION record_staff_change() FROM PUBLIC;
DROP TRIGGER IF EXISTS staff_changes_recorded ON staff;
CREATE TRIGGER staff_changes_recorded AFTER INSERT OR UPDATE ON staff
    FOR EACH ROW EXECUTE FUNCTION record_staff_change();

-- Serials are given once: the next one of a pool only goes up.
CREATE OR REPLACE FUNCTION refuse_serials_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'serials of a pool are given once' USING ERRCODE = 'check_violation', CONSTRAINT = 'pools_serials_once';
END
$$;
DROP TRIGGER IF EXISTS pools_serials_once ON pools;
CREATE TRIGGER pools_serials_once BEFORE UPDATE OF next_serial ON pools
    FOR EACH ROW WHEN (NEW.next_serial < OLD.next_serial) EXECUTE FUNCTION refuse_serials_again();

-- What the application says of the time of a fact stands beside what the database saw: nobody can backdate the latter.
ALTER TABLE staff_actions ALTER COLUMN at SET DEFAULT clock_timestamp();
ALTER TABLE transfers ADD COLUMN IF NOT EXISTS written_at timestamptz;
ALTER TABLE transfers ALTER COLUMN written_at SET DEFAULT clock_timestamp();

-- A signature over the document of a log's entry, by the process that has the key. Append-only.
CREATE TABLE IF NOT EXISTS log_signatures (
    position   bigint PRIMARY KEY,
    key_id     text NOT NULL,
    signature  bytea NOT NULL,
    CONSTRAINT log_signatures_signature_whole CHECK (length(signature) = 64),
    CONSTRAINT log_signatures_key_known FOREIGN KEY (key_id) REFERENCES log_keys (key_id)
);

-- Somebody says that a name which others see should not be there; staff decide once.
CREATE TABLE IF NOT EXISTS name_reports (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL,
    subject      text NOT NULL,
    name         text NOT NULL,
    why          text NOT NULL,
    note         text,
    reporter_id  uuid,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    decision     text,
    decided_at   timestamptz,
    decided_by   uuid,
    reason       text,
    CONSTRAINT name_reports_kind_known CHECK (kind IN ('team', 'certificate')),
    CONSTRAINT name_reports_why_known CHECK (why IN ('official', 'insult', 'advertising', 'private', 'other')),
    CONSTRAINT name_reports_texts_short CHECK (
        char_length(subject) BETWEEN 1 AND 64 AND char_length(name) BETWEEN 1 AND 64 AND char_length(note) <= 400),
    CONSTRAINT name_reports_decision_known CHECK (decision IN ('removed', 'kept')),
    CONSTRAINT name_reports_decided_whole CHECK (
        (decision IS NULL) = (decided_at IS NULL) AND (decision IS NULL) = (decided_by IS NULL)
        AND (decision IS NULL) = (reason IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS name_reports_open_once ON name_reports (kind, subject, name) WHERE decision IS NULL;
