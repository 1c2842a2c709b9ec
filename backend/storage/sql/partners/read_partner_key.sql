-- read_partner_key: [read] a partner with one of its keys, and whether the key is valid now.
-- $1 code text  $2 key_id text
SELECT p.id, p.code, p.methods, p.is_open, k.sealed, k.sealed_with,
       k.valid_from <= now() AND (k.valid_to IS NULL OR k.valid_to > now()) AS is_key_valid
FROM partner_keys k JOIN partners p ON p.id = k.partner_id
WHERE k.id = $2 AND p.code = $1
