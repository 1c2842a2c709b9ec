-- read_lots: [read] a citizen's balance and lots, as they are now.
-- $1 citizen_id uuid
SELECT a.balance, l.expires_on, l.points
FROM accounts a LEFT JOIN lots l ON l.citizen_id = a.id AND l.points > 0
WHERE a.id = $1 ORDER BY l.expires_on
