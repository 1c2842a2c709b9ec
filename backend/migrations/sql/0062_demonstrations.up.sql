-- 0062: ranks of events, nominations of demonstrations by organisers, and the province's decisions about them.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `is_demonstration` says from now on that the province selected the event; `is_nominated` that its organiser wishes it.
-- An event filed before has no rank.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM information_schema.columns
                   WHERE table_schema = current_schema AND table_name = 'events' AND column_name = 'is_nominated') THEN
        ALTER TABLE events ADD COLUMN rank text,
            ADD COLUMN is_nominated boolean NOT NULL DEFAULT false,
            ADD CONSTRAINT events_rank_known CHECK (rank IN ('none', 'provincial', 'national', 'international')),
            ADD CONSTRAINT events_nominated_by_rank
                CHECK (NOT is_nominated OR rank IS NULL OR rank IN ('national', 'international'));
        -- What an operator has accepted stays selected; what nobody has accepted was a wish.
        UPDATE events SET is_nominated = true,
            is_demonstration = state NOT IN ('draft', 'submitted', 'rejected')
            WHERE is_demonstration;
    END IF;
END $$;
CREATE INDEX IF NOT EXISTS events_nominated ON events (id) WHERE is_nominated OR is_demonstration;

-- A regulator proposes that an event is selected, or that the label is taken from it; another one decides.
CREATE TABLE IF NOT EXISTS demonstration_proposals (
    id               uuid PRIMARY KEY,
    event_id         uuid NOT NULL,
    kind             text NOT NULL,
    reason           text NOT NULL,
    proposed_by      uuid NOT NULL,
    proposed_at      timestamptz NOT NULL,
    decision         text,
    decision_reason  text,
    decided_by       uuid,
    decided_at       timestamptz,
    CONSTRAINT demonstration_proposals_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT demonstration_proposals_proposed_by_fkey FOREIGN KEY (proposed_by) REFERENCES staff (id),
    CONSTRAINT demonstration_proposals_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES staff (id),
    CONSTRAINT demonstration_proposals_kind_known CHECK (kind IN ('selection', 'withdrawal')),
    CONSTRAINT demonstration_proposals_reason_told CHECK (length(reason) > 0),
    CONSTRAINT demonstration_proposals_decision_known CHECK (decision IN ('confirmed', 'rejected')),
    CONSTRAINT demonstration_proposals_decided_whole CHECK (
        (decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)
        AND (decision IS NULL) = (decision_reason IS NULL))
);
CREATE UNIQUE INDEX IF NOT EXISTS demonstration_proposals_one_open
    ON demonstration_proposals (event_id) WHERE decision IS NULL;
CREATE INDEX IF NOT EXISTS demonstration_proposals_of_event ON demonstration_proposals (event_id, id);
