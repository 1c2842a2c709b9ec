-- load_paid_lots: [read] the lots that the points of offsets came from, with what was given back to them taken off,
-- and the category of the badge each person joined with.
-- $1 event_id uuid[]  $2 citizen_id uuid[]
SELECT a.event_id, a.citizen_id, b.category, t.expires_on, t.points
FROM unnest($1::uuid[], $2::uuid[]) AS asked (event_id, citizen_id)
JOIN attendances a ON a.event_id = asked.event_id AND a.citizen_id = asked.citizen_id
LEFT JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
LEFT JOIN LATERAL (
    SELECT m.expires_on, sum(CASE WHEN m.reason = 'offset' THEN m.points ELSE -m.points END)::bigint AS points
    FROM offset_payments p
    -- A moved payment's transfers stay with the account that paid.
    CROSS JOIN LATERAL (
        SELECT p.citizen_id AS id UNION ALL SELECT g.other_id FROM merged_accounts g WHERE g.citizen_id = p.citizen_id
    ) o
    JOIN transfers m ON m.citizen_id = o.id AND m.source_id = p.id AND m.reason IN ('offset', 'offset_refund')
    WHERE p.event_id = a.event_id AND p.citizen_id = a.citizen_id
    GROUP BY m.expires_on
) t ON true
