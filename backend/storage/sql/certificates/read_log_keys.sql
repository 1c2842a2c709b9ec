-- read_log_keys: [read] every key that ever signed, oldest first, and until when it was the one that signs.
SELECT key_id, public_key, valid_from, lead(valid_from) OVER (ORDER BY valid_from, key_id) AS valid_to
FROM log_keys ORDER BY valid_from, key_id
