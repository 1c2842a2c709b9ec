-- read_partner_key: [read] a partner with one of its keys, whether the key is valid now, and its entry of the black list.
-- $1 code text  $2 key_id text
SELECT p.id, p.code, p.methods, p.is_open, k.sealed, k.sealed_with,
       k.valid_from <= now() AND (k.valid_to IS NULL OR k.valid_to > now()) AS is_key_valid,
       b.entry_id, b.reason
FROM partner_keys k JOIN partners p ON p.id = k.partner_id
LEFT JOIN blacklisted_organisations b ON b.organisation_id = p.organisation_id
WHERE k.id = $2 AND p.code = $1
