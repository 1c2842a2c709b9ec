-- audit_claims: [read] claims, donations and causes' totals that do not hold together; personal grams below zero.
SELECT 'claim' AS what, c.action_id AS id, c.grams AS told, a.reduction_g AS found
FROM claims c
LEFT JOIN actions a ON a.citizen_id = c.citizen_id AND a.id = c.action_id
LEFT JOIN reversals r ON r.citizen_id = c.citizen_id AND r.action_id = c.action_id
WHERE a.id IS NULL OR a.reduction_g <> c.grams OR a.tier = 'E5' OR r.action_id IS NOT NULL
UNION ALL
SELECT 'donation', coalesce(d.id, c.source_id), d.grams, c.grams
FROM donations d
FULL JOIN (
    SELECT citizen_id, source_id, sum(grams)::bigint AS grams, count(*) AS actions FROM claims
    WHERE claim_state = 'donated' GROUP BY citizen_id, source_id
) AS c ON c.citizen_id = d.citizen_id AND c.source_id = d.id
WHERE (d.grams, d.actions) IS DISTINCT FROM (c.grams, c.actions)
UNION ALL
SELECT 'cause', coalesce(c.id, d.cause_id), c.donated_g, d.grams
FROM causes c
FULL JOIN (
    SELECT cause_id, sum(grams)::bigint AS grams, count(*) AS donations FROM donations GROUP BY cause_id
) AS d ON d.cause_id = c.id
WHERE c.id IS NULL OR (c.donated_g, c.donations) IS DISTINCT FROM (coalesce(d.grams, 0), coalesce(d.donations, 0))
UNION ALL
SELECT 'citizen', c.citizen_id, c.grams, coalesce(s.reduction_g, 0)
FROM (SELECT citizen_id, sum(grams)::bigint AS grams FROM claims GROUP BY citizen_id) AS c
LEFT JOIN (
    SELECT citizen_id, sum(reduction_g)::bigint AS reduction_g FROM action_sums WHERE is_verified GROUP BY citizen_id
) AS s ON s.citizen_id = c.citizen_id
WHERE c.grams > coalesce(s.reduction_g, 0)
