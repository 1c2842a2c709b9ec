-- read_budgets: [read] issuance budgets, open ones first, then the newest; or one by its id.
-- $1 id uuid or null
SELECT b.id, b.sponsor, b.name_zh, b.name_en, b.total_points, b.issued_points, b.yuan_per_point, b.opened_at,
       b.closed_at, e.slug AS event, p.code AS partner
FROM issuance_budgets b
LEFT JOIN events e ON e.id = b.event_id
LEFT JOIN partners p ON p.id = b.partner_id
WHERE $1::uuid IS NULL OR b.id = $1
ORDER BY b.closed_at IS NOT NULL, b.sponsor, b.opened_at DESC, b.id
LIMIT 500
