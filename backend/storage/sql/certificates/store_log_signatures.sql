-- store_log_signatures: [write] signatures over documents of the log's newest entries.
-- $1 positions bigint[]  $2 key_id text  $3 signatures bytea[]
INSERT INTO log_signatures (position, key_id, signature)
SELECT position, $2, signature FROM unnest($1::bigint[], $3::bytea[]) AS new (position, signature)
