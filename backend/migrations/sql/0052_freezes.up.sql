-- 0052: freezes of events: why the supervising authority stopped an event's allocation, and who released it.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `cause`: a regulator's order, or the black-list entry of an organisation that runs the event. An event is frozen
-- while one of its rows here has not ended; events.frozen_at follows in the same transaction.
CREATE TABLE IF NOT EXISTS event_freezes (
    event_id             uuid NOT NULL,
    id                   uuid NOT NULL,
    cause                text NOT NULL,
    entry_id             uuid,
    reason               text NOT NULL,
    frozen_by            uuid NOT NULL,
    frozen_at            timestamptz NOT NULL,
    release_proposed_by  uuid,
    release_proposed_at  timestamptz,
    release_reason       text,
    ended_by             uuid,
    ended_at             timestamptz,
    CONSTRAINT event_freezes_pkey PRIMARY KEY (event_id, id),
    CONSTRAINT event_freezes_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT event_freezes_frozen_by_fkey FOREIGN KEY (frozen_by) REFERENCES staff (id),
    CONSTRAINT event_freezes_release_proposed_by_fkey FOREIGN KEY (release_proposed_by) REFERENCES staff (id),
    CONSTRAINT event_freezes_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES staff (id),
    CONSTRAINT event_freezes_cause_known CHECK (cause IN ('order', 'blacklist')),
    CONSTRAINT event_freezes_entry_named CHECK ((cause = 'blacklist') = (entry_id IS NOT NULL)),
    CONSTRAINT event_freezes_proposal_whole CHECK (
        (release_proposed_by IS NULL) = (release_proposed_at IS NULL)
        AND (release_proposed_by IS NULL) = (release_reason IS NULL)),
    CONSTRAINT event_freezes_end_in_order CHECK (ended_at >= frozen_at)
);
CREATE UNIQUE INDEX IF NOT EXISTS event_freezes_one_order
    ON event_freezes (event_id) WHERE ended_at IS NULL AND cause = 'order';
CREATE UNIQUE INDEX IF NOT EXISTS event_freezes_once_by_entry
    ON event_freezes (event_id, entry_id) WHERE ended_at IS NULL AND cause = 'blacklist';
CREATE INDEX IF NOT EXISTS event_freezes_of_entry ON event_freezes (entry_id) WHERE ended_at IS NULL;
