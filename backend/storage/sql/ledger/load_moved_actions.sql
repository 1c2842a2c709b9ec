-- load_moved_actions: [read] actions of two accounts that were not reversed and count, where both have any, from the year
-- before the later of their first ones on: no cap looks back further.
-- $1 citizen_id uuid  $2 other_id uuid
WITH firsts AS (
    SELECT greatest((SELECT min(day) FROM actions WHERE citizen_id = $1),
                    (SELECT min(day) FROM actions WHERE citizen_id = $2)) AS day
    WHERE EXISTS (SELECT FROM actions WHERE citizen_id = $1) AND EXISTS (SELECT FROM actions WHERE citizen_id = $2)
)
SELECT a.citizen_id, a.id, a.method, a.day, a.quantity, a.credited_quantity, a.parameters, a.tier, a.occurred_at,
       a.ended_at, a.reduction_g, a.points::bigint AS points, a.scene_kind, false AS is_reversed
FROM firsts
JOIN actions a ON a.citizen_id IN ($1, $2) AND a.day >= firsts.day - 366
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
WHERE r.action_id IS NULL AND a.credited_quantity > 0
