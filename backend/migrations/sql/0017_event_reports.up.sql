-- 0017: reports of events that are over. Append-only: what was published is never made again.

CREATE TABLE IF NOT EXISTS event_reports (
    event_id  uuid NOT NULL REFERENCES events (id),
    revision  integer NOT NULL,
    body      bytea NOT NULL,
    digest    bytea NOT NULL,
    made_by   uuid REFERENCES staff (id),
    made_at   timestamptz NOT NULL,
    is_final  boolean NOT NULL,
    PRIMARY KEY (event_id, revision),
    CONSTRAINT event_reports_revision_positive CHECK (revision >= 1),
    CONSTRAINT event_reports_digest_of_body CHECK (digest = sha256(body)),
    CONSTRAINT event_reports_final_once EXCLUDE (event_id WITH =) WHERE (is_final)
);

-- A report sums what was logged at its event; most actions belong to none and take no place here.
CREATE INDEX IF NOT EXISTS actions_by_event ON actions (event_id) WHERE event_id IS NOT NULL;
