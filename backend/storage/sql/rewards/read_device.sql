-- read_device: [read] the device of a token, with its merchant.
-- $1 token_hash bytea
SELECT d.id, d.merchant_id, m.is_open
FROM merchant_devices d JOIN merchants m ON m.id = d.merchant_id
WHERE d.token_hash = $1 AND d.revoked_at IS NULL
