-- lock_budgets: [lock] prices and budgets in points, locked in key order until what is paid is committed.
-- $1 event_id uuid[]
SELECT event_id, points_per_kg, points_budget, points_spent FROM event_budgets
WHERE event_id = ANY ($1::uuid[]) ORDER BY event_id FOR NO KEY UPDATE
