-- audit_payments: [read] points paid for offsets against transfers, prices and budgets.
WITH moved AS (
    SELECT coalesce(m.citizen_id, t.citizen_id) AS citizen_id, source_id,
           sum(CASE WHEN reason = 'offset' THEN points ELSE -points END) AS points,
           bool_and((reason = 'offset') = (debit_account = t.citizen_id)) AS is_right_way
    FROM transfers t LEFT JOIN merged_accounts m ON m.other_id = t.citizen_id
    WHERE reason IN ('offset', 'offset_refund') GROUP BY 1, 2
), paid AS (
    SELECT event_id, citizen_id, sum(points) AS points, max(points_per_kg) AS price, min(points_per_kg) AS least
    FROM offset_payments GROUP BY event_id, citizen_id
)
SELECT 'payment ' || coalesce(p.id, m.source_id) AS what, p.points::text AS expected, m.points::text AS found
FROM (
    SELECT coalesce(r.citizen_id, o.citizen_id) AS citizen_id, o.id, o.points
    FROM offset_payments o LEFT JOIN merged_accounts r ON r.other_id = o.citizen_id
) p FULL JOIN moved m ON m.citizen_id = p.citizen_id AND m.source_id = p.id
WHERE p.points IS DISTINCT FROM m.points OR m.is_right_way IS NOT TRUE
UNION ALL
SELECT 'points of offset ' || coalesce(o.id::text, '?'), ceil(o.grams * p.price / 1000.0)::text, p.points::text
FROM (SELECT * FROM current_offsets WHERE pay_with = 'points') o
FULL JOIN paid p ON p.event_id = o.event_id AND p.citizen_id = o.citizen_id
WHERE ceil(o.grams * p.price / 1000.0) IS DISTINCT FROM p.points::numeric OR p.price <> p.least
UNION ALL
SELECT 'budget of event ' || coalesce(b.event_id, s.event_id), b.points_spent::text, coalesce(s.points, 0)::text
FROM event_budgets b
FULL JOIN (SELECT event_id, sum(points) AS points FROM paid GROUP BY event_id) s ON s.event_id = b.event_id
WHERE b.points_spent IS DISTINCT FROM coalesce(s.points, 0)::bigint
