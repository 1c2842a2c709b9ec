-- audit_log_heads: [read] every head with the key that its signature needs, smallest first.
SELECT h.size, h.root, h.signed_at, h.key_id, h.signature, k.public_key
FROM log_heads h LEFT JOIN log_keys k ON k.key_id = h.key_id ORDER BY h.size
