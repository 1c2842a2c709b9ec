-- 0068: people account for a period of their lives within a programme, which goes the way of an event.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

ALTER TABLE events DROP CONSTRAINT IF EXISTS events_template_known;
ALTER TABLE events ADD CONSTRAINT events_template_known CHECK (template IN
    ('annual_meeting', 'venue_year', 'enterprise_year', 'institution_year', 'personal_life')) NOT VALID;
ALTER TABLE events VALIDATE CONSTRAINT events_template_known;

ALTER TABLE events DROP CONSTRAINT IF EXISTS events_boundary_known;
ALTER TABLE events ADD CONSTRAINT events_boundary_known
    CHECK (boundary IN ('core', 'extended', 'personal_life')) NOT VALID;
ALTER TABLE events VALIDATE CONSTRAINT events_boundary_known;

-- A citizen's period in a programme. Open until it is closed, once: then it has its footprint with all lines, the salt
-- of their digest, and the digest of the sums that the ledger keeps.
CREATE TABLE IF NOT EXISTS personal_periods (
    id                uuid NOT NULL,
    event_id          uuid NOT NULL,
    citizen_id        uuid NOT NULL,
    starts_on         date NOT NULL,
    ends_on           date NOT NULL,
    inputs            jsonb NOT NULL,
    opened_at         timestamptz NOT NULL DEFAULT now(),
    changed_at        timestamptz NOT NULL DEFAULT now(),
    closed_at         timestamptz,
    footprint         bytea,
    lines_salt        bytea,
    footprint_digest  bytea,
    CONSTRAINT personal_periods_pkey PRIMARY KEY (id),
    CONSTRAINT personal_periods_once UNIQUE (event_id, citizen_id),
    CONSTRAINT personal_periods_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT personal_periods_in_order CHECK (ends_on > starts_on),
    CONSTRAINT personal_periods_closing_whole CHECK (
        num_nulls(closed_at, footprint, lines_salt, footprint_digest) IN (0, 4)),
    CONSTRAINT personal_periods_salt_length CHECK (octet_length(lines_salt) = 32)
);
CREATE INDEX IF NOT EXISTS personal_periods_of_citizen ON personal_periods (citizen_id, starts_on DESC);
CREATE INDEX IF NOT EXISTS personal_periods_open ON personal_periods (ends_on) WHERE closed_at IS NULL;

-- The months that a citizen's periods take: each once, so that nothing is counted in a month and in its year as well.
CREATE TABLE IF NOT EXISTS personal_period_months (
    citizen_id  uuid NOT NULL,
    month       date NOT NULL,
    period_id   uuid NOT NULL,
    CONSTRAINT personal_period_months_once PRIMARY KEY (citizen_id, month),
    CONSTRAINT personal_period_months_period_id_fkey FOREIGN KEY (period_id)
        REFERENCES personal_periods (id) ON DELETE CASCADE,
    CONSTRAINT personal_period_months_first_day CHECK (extract(day FROM month) = 1)
);
CREATE INDEX IF NOT EXISTS personal_period_months_of_period ON personal_period_months (period_id);

-- What is closed stays as it is; whose it is changes with its account alone.
CREATE OR REPLACE FUNCTION refuse_period_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a closed period is never changed' USING ERRCODE = 'check_violation',
        CONSTRAINT = 'personal_periods_never_changed', TABLE = 'personal_periods';
END
$$;
CREATE OR REPLACE TRIGGER personal_periods_unchanged BEFORE UPDATE ON personal_periods FOR EACH ROW
    WHEN (OLD.closed_at IS NOT NULL AND (OLD.event_id, OLD.starts_on, OLD.ends_on, OLD.inputs, OLD.closed_at, OLD.footprint,
        OLD.lines_salt, OLD.footprint_digest) IS DISTINCT FROM (NEW.event_id, NEW.starts_on, NEW.ends_on, NEW.inputs,
        NEW.closed_at, NEW.footprint, NEW.lines_salt, NEW.footprint_digest))
    EXECUTE FUNCTION refuse_period_change();

-- Two accounts become one: periods move with it. Of two for the same month the one of the account that stays holds;
-- the other one goes when it is open, and stays where it was when it is closed, as an event that both joined.
CREATE OR REPLACE FUNCTION move_personal_periods() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM personal_periods p WHERE p.citizen_id = NEW.other_id AND p.closed_at IS NULL AND EXISTS (
        SELECT FROM personal_periods q WHERE q.citizen_id = NEW.citizen_id
            AND q.starts_on <= p.ends_on AND p.starts_on <= q.ends_on);
    WITH moved AS (
        UPDATE personal_periods p SET citizen_id = NEW.citizen_id WHERE p.citizen_id = NEW.other_id AND NOT EXISTS (
            SELECT FROM personal_periods q WHERE q.citizen_id = NEW.citizen_id
                AND q.starts_on <= p.ends_on AND p.starts_on <= q.ends_on)
        RETURNING p.id
    )
    UPDATE personal_period_months SET citizen_id = NEW.citizen_id WHERE period_id IN (SELECT id FROM moved);
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION move_personal_periods() FROM PUBLIC;
CREATE OR REPLACE TRIGGER merged_accounts_move_periods AFTER INSERT ON merged_accounts FOR EACH ROW
    EXECUTE FUNCTION move_personal_periods();

-- The search leads to events; a programme of personal life is none.
CREATE OR REPLACE FUNCTION search_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $event$
BEGIN
    IF NEW.state IN ('draft', 'submitted', 'rejected') OR NEW.template IS NOT DISTINCT FROM 'personal_life' THEN
        DELETE FROM search_items WHERE kind = 'event' AND key = NEW.slug;
    ELSE
        PERFORM put_search_item('event', NEW.slug, NEW.id, NEW.starts_at, NEW.name_zh, NEW.name_en, ARRAY[NEW.code],
            ARRAY[NEW.city], jsonb_build_object('sort', NEW.kind, 'city', NEW.city, 'agency', NEW.agency,
                'year', extract(year FROM NEW.starts_at AT TIME ZONE 'Asia/Shanghai'), 'state', NEW.state,
                'is_demonstration', NEW.is_demonstration));
    END IF;
    RETURN NULL;
END
$event$;
