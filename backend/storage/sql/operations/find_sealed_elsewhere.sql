-- find_sealed_elsewhere: [read] secrets that are encrypted under another key than the first one.
-- $1 id of the first key text
SELECT 'partner_keys' AS kept_in, id AS row_id, sealed_with, sealed FROM partner_keys WHERE sealed_with <> $1
UNION ALL
SELECT 'staff_totp', staff_id::text, sealed_with, sealed FROM staff_totp WHERE sealed_with <> $1
UNION ALL
SELECT 'complaints', id::text, contact_key, contact FROM complaints WHERE contact_key <> $1
UNION ALL
SELECT 'identities', provider || ' ' || subject, sealed_with, sealed FROM identities WHERE sealed_with <> $1
ORDER BY 1, 2
