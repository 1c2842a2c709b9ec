-- 0060: facts of organisations for Tianfu Credit, in one order without holes, and what of it was handed over.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `body` is the item as it is sent, byte for byte; `facts` what it was made of, with its digest, to see what changes.
-- An item follows the one before it: two publications at once cannot leave a hole, nor share a number. Append-only.
CREATE TABLE IF NOT EXISTS feed_items (
    sequence       bigint PRIMARY KEY,
    previous       bigint GENERATED ALWAYS AS (NULLIF(sequence - 1, 0)) STORED,
    page           bigint NOT NULL,
    subject        text NOT NULL,
    facts          jsonb NOT NULL,
    facts_digest   bytea NOT NULL,
    body           bytea NOT NULL,
    published_at   timestamptz NOT NULL,
    CONSTRAINT feed_items_sequence_positive CHECK (sequence >= 1),
    CONSTRAINT feed_items_page_positive CHECK (page >= 1),
    CONSTRAINT feed_items_without_holes FOREIGN KEY (previous) REFERENCES feed_items (sequence)
);
CREATE INDEX IF NOT EXISTS feed_items_of_page ON feed_items (page, sequence);
CREATE INDEX IF NOT EXISTS feed_items_newest_of_subject ON feed_items (subject, sequence DESC);

-- Pages that the configured receiver has taken.
CREATE TABLE IF NOT EXISTS feed_deliveries (
    page          bigint PRIMARY KEY,
    delivered_at  timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT feed_deliveries_page_positive CHECK (page >= 1)
);
