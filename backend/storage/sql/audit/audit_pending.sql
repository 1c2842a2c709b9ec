-- audit_pending: [read] points that wait for an account that has its proven act, accounts with a proven act that are not
-- known to have one, and ends of waiting that do not agree with what waited or was booked.
SELECT 'waits for a proven account' AS what, p.citizen_id, p.source_id
FROM pending_points p
JOIN accounts a ON a.id = p.citizen_id AND a.is_proven
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE e.citizen_id IS NULL
UNION ALL
SELECT 'proven and not known', c.citizen_id, min(c.id::text)::uuid
FROM actions c JOIN accounts a ON a.id = c.citizen_id AND NOT a.is_proven
LEFT JOIN citizens z ON z.id = c.citizen_id
-- A child who told their age has to prove again with a guardian's consent.
WHERE c.tier <> 'E5' AND c.credited_quantity > 0 AND a.erased_at IS NULL
  AND (z.age_told_at IS NULL OR c.created_at > z.age_told_at)
GROUP BY c.citizen_id
UNION ALL
SELECT 'end of nothing that waited', e.citizen_id, e.source_id
FROM pending_point_ends e
LEFT JOIN pending_points p ON p.citizen_id = e.citizen_id AND p.source_id = e.source_id AND p.reason = e.reason
WHERE p.citizen_id IS NULL
UNION ALL
SELECT 'released otherwise than it waited', p.citizen_id, p.source_id
FROM pending_points p
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
LEFT JOIN transfers t ON t.citizen_id = p.citizen_id AND t.source_id = p.source_id AND t.reason = p.reason
WHERE CASE WHEN e.why = 'released' THEN (t.points, t.budget_id) IS DISTINCT FROM (p.points, p.budget_id)
           ELSE t.citizen_id IS NOT NULL END
