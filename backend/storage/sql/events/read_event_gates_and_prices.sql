-- read_event_gates_and_prices: [read] the gates of events in their order, each beside its event's price in points, if
-- there is one.
-- $1 event_id uuid[]
SELECT g.event_id, g.gate, g.name_zh, g.name_en, b.points_per_kg, b.points_budget, b.points_spent
FROM gates g
LEFT JOIN event_budgets b ON b.event_id = g.event_id
WHERE g.event_id = ANY ($1::uuid[])
ORDER BY g.event_id, g.gate
