-- audit_lots: [read] every lot is the sum of its transfers; a citizen's lots sum to the balance.
WITH moved AS (
    SELECT citizen_id, expires_on, sum(CASE WHEN credit_account = citizen_id THEN points ELSE -points END) AS points
    FROM transfers GROUP BY citizen_id, expires_on
), kept AS (
    SELECT citizen_id, sum(points) AS points FROM lots GROUP BY citizen_id
)
SELECT coalesce(l.citizen_id, m.citizen_id) AS citizen_id, coalesce(l.expires_on, m.expires_on) AS expires_on,
       l.points, m.points AS moved
FROM lots l FULL JOIN moved m ON m.citizen_id = l.citizen_id AND m.expires_on = l.expires_on
WHERE coalesce(l.points, 0) <> coalesce(m.points, 0)
UNION ALL
SELECT a.id, NULL, a.balance, coalesce(k.points, 0)
FROM accounts a LEFT JOIN kept k ON k.citizen_id = a.id
WHERE a.kind = 'citizen' AND a.balance <> coalesce(k.points, 0)
