-- store_log_key: [write] keep the public half of a key that signs; returns what is kept under its id.
-- $1 key_id text  $2 public_key bytea  $3 valid_from timestamptz
WITH kept AS (
    INSERT INTO log_keys (key_id, public_key, valid_from) VALUES ($1, $2, $3) ON CONFLICT (key_id) DO NOTHING
    RETURNING public_key
)
SELECT public_key FROM kept UNION ALL SELECT public_key FROM log_keys WHERE key_id = $1
