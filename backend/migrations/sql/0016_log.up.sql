-- 0016: the log that anyone can check: what was allocated, retired and reported, in one order, under signed heads.
-- A log is one sequence by its nature: its keys are positions, whatever event or citizen an entry is about, and it
-- is written by one job at a time, off the peak. See docs/decisions/0014-certificates-are-in-a-log.md.

-- One row for each thing that was logged. `body` is what its leaf hashes, byte for byte: public, without anybody's
-- name or id. `happened_at` is when the row that it tells of was made. Append-only.
CREATE TABLE IF NOT EXISTS log_entries (
    position     bigint PRIMARY KEY,
    kind         text NOT NULL,
    subject      text COLLATE "C" NOT NULL,
    body         bytea NOT NULL,
    leaf_hash    bytea NOT NULL,
    happened_at  timestamptz NOT NULL,
    sealed_in    bigint NOT NULL,
    CONSTRAINT log_entries_subject_once UNIQUE (kind, subject),
    CONSTRAINT log_entries_position_not_negative CHECK (position >= 0),
    CONSTRAINT log_entries_kind_known CHECK (kind IN ('offset', 'offset_change', 'retirement', 'report')),
    CONSTRAINT log_entries_leaf_of_body CHECK (leaf_hash = sha256('\x00'::bytea || body)),
    CONSTRAINT log_entries_sealed_after CHECK (sealed_in > position)
);
CREATE INDEX IF NOT EXISTS log_entries_by_time ON log_entries (kind, happened_at);

-- Hashes of complete subtrees above the leaves: `index` times 2^level leaves stand before each. Append-only.
CREATE TABLE IF NOT EXISTS log_nodes (
    level  smallint NOT NULL,
    index  bigint NOT NULL,
    hash   bytea NOT NULL,
    PRIMARY KEY (level, index),
    CONSTRAINT log_nodes_level_bounded CHECK (level BETWEEN 1 AND 62),
    CONSTRAINT log_nodes_index_not_negative CHECK (index >= 0),
    CONSTRAINT log_nodes_hash_whole CHECK (length(hash) = 32)
);

-- The public halves of the keys that ever signed: they must be found when the key itself is long gone. Append-only.
CREATE TABLE IF NOT EXISTS log_keys (
    key_id      text PRIMARY KEY,
    public_key  bytea NOT NULL,
    valid_from  timestamptz NOT NULL,
    CONSTRAINT log_keys_id_short CHECK (char_length(key_id) BETWEEN 1 AND 32),
    CONSTRAINT log_keys_key_whole CHECK (length(public_key) = 32)
);

-- What the log was at a moment: its size and the root over all of it, signed. Append-only.
CREATE TABLE IF NOT EXISTS log_heads (
    size       bigint PRIMARY KEY,
    root       bytea NOT NULL,
    signed_at  timestamptz NOT NULL,
    key_id     text NOT NULL,
    signature  bytea NOT NULL,
    CONSTRAINT log_heads_size_positive CHECK (size > 0),
    CONSTRAINT log_heads_root_whole CHECK (length(root) = 32),
    CONSTRAINT log_heads_signature_whole CHECK (length(signature) = 64),
    CONSTRAINT log_heads_key_known FOREIGN KEY (key_id) REFERENCES log_keys (key_id)
);

-- A name that a certificate's holder wants on it; no part of what is signed, and gone when they take it back.
CREATE TABLE IF NOT EXISTS certificate_names (
    event_id            uuid NOT NULL,
    certificate_number  text NOT NULL,
    citizen_id          uuid NOT NULL,
    name                text NOT NULL,
    policy_version      text NOT NULL,
    consented_at        timestamptz NOT NULL,
    PRIMARY KEY (event_id, certificate_number),
    CONSTRAINT certificate_names_name_short CHECK (char_length(name) BETWEEN 1 AND 40)
);
CREATE INDEX IF NOT EXISTS certificate_names_by_citizen ON certificate_names (citizen_id);

-- Sealing looks for the newest offsets several times a minute. A range of blocks costs the peak next to nothing.
CREATE INDEX IF NOT EXISTS offsets_by_age ON offsets USING brin (issued_at) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX IF NOT EXISTS offset_changes_by_age ON offset_changes USING brin (created_at) WITH (pages_per_range = 16, autosummarize = on);
CREATE INDEX IF NOT EXISTS journey_revisions_by_age ON journey_revisions USING brin (created_at) WITH (pages_per_range = 16, autosummarize = on);

-- What a certificate says of an offset now: its grams, its footprint, the serials that it still holds, and how often
-- any of it changed. One statement sees it all at one moment.
-- Left alone where a later migration has put columns behind these.
DO $$ BEGIN IF to_regclass('certified_offsets') IS NULL THEN
CREATE VIEW certified_offsets AS
SELECT v.event_id, v.citizen_id, v.id, v.certificate_number, v.issued_at, v.footprint_digest, v.grams, v.kind,
       (v.revision - 1 + s.last)::integer AS revision, d.released_g, p.parts
FROM current_offsets v
CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.grams), 0)::bigint AS released_g FROM offset_releases r
    WHERE r.event_id = v.event_id AND r.citizen_id = v.citizen_id
) d
CROSS JOIN LATERAL (
    SELECT coalesce(max(x.sequence), 0) AS last FROM offset_changes x
    WHERE x.event_id = v.event_id AND x.citizen_id = v.citizen_id
) s
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('batch_id', l.batch_id, 'product', b.product, 'project', b.project_name,
               'retirement_ref', b.retirement_ref, 'grams', l.held_to - l.serial_from + 1,
               'serial_from', l.serial_from, 'serial_to', l.held_to) ORDER BY l.position) AS parts
    FROM (
        SELECT a.batch_id, a.position, a.serial_from, coalesce(r.first - 1, a.serial_to) AS held_to
        FROM allocations a
        CROSS JOIN LATERAL (
            SELECT min(g.serial_from) AS first FROM offset_releases g
            WHERE g.event_id = a.event_id AND g.batch_id = a.batch_id
                AND g.serial_from BETWEEN a.serial_from AND a.serial_to
        ) r
        WHERE a.event_id = v.event_id AND a.offset_id = v.id
    ) l
    JOIN credit_batches b ON b.id = l.batch_id
    WHERE l.held_to >= l.serial_from
) p;
END IF; END $$;
