-- store_log: [write] entries, the subtrees they complete, and the signed head over all of it, in one statement.
-- $1 first position bigint  $2 kinds text[]  $3 subjects text[]  $4 bodies bytea[]  $5 leaf hashes bytea[]
-- $6 happened_at timestamptz[]  $7 size bigint  $8 levels smallint[]  $9 indexes bigint[]  $10 hashes bytea[]
-- $11 root bytea  $12 signed_at timestamptz  $13 key_id text  $14 signature bytea
WITH entries AS (
    INSERT INTO log_entries (position, kind, subject, body, leaf_hash, happened_at, sealed_in)
    SELECT $1 + n - 1, kind, subject, body, leaf_hash, happened_at, $7
    FROM unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::timestamptz[])
        WITH ORDINALITY AS new (kind, subject, body, leaf_hash, happened_at, n)
), nodes AS (
    INSERT INTO log_nodes (level, index, hash)
    SELECT * FROM unnest($8::smallint[], $9::bigint[], $10::bytea[])
)
INSERT INTO log_heads (size, root, signed_at, key_id, signature) VALUES ($7, $11, $12, $13, $14)
