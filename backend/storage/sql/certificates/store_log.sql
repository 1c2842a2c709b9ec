-- store_log: [write] entries, the subtrees they complete, and the signed head over all of it, in one statement.
-- $1 first position bigint  $2 kinds text[]  $3 subjects text[]  $4 bodies bytea[]  $5 leaf hashes bytea[]
-- $6 happened_at timestamptz[]  $7 documents bytea[]  $8 size bigint  $9 levels smallint[]  $10 indexes bigint[]  $11 hashes bytea[]
-- $12 root bytea  $13 signed_at timestamptz  $14 key_id text  $15 signature bytea
WITH entries AS (
    INSERT INTO log_entries (position, kind, subject, body, leaf_hash, happened_at, sealed_in, document)
    SELECT $1 + n - 1, kind, subject, body, leaf_hash, happened_at, $8, document
    FROM unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::timestamptz[], $7::bytea[])
        WITH ORDINALITY AS new (kind, subject, body, leaf_hash, happened_at, document, n)
), nodes AS (
    INSERT INTO log_nodes (level, index, hash)
    SELECT * FROM unnest($9::smallint[], $10::bigint[], $11::bytea[])
)
INSERT INTO log_heads (size, root, signed_at, key_id, signature) VALUES ($8, $12, $13, $14, $15)
