-- audit_moves: [read] accounts that were moved into another one: they are closed, hold nothing, and lead to an account that
-- is there; each point that left one came to the other in the same lot; nothing stayed that could have moved.
WITH entries AS (
    SELECT t.source_id, t.expires_on, t.citizen_id,
           sum(CASE WHEN t.debit_account = t.citizen_id THEN t.points ELSE 0 END) AS gone,
           sum(CASE WHEN t.credit_account = t.citizen_id THEN t.points ELSE 0 END) AS come
    FROM transfers t WHERE t.reason = 'merge' GROUP BY t.source_id, t.expires_on, t.citizen_id
), lots_moved AS (
    SELECT source_id, expires_on, sum(gone) AS gone, sum(come) AS come FROM entries GROUP BY source_id, expires_on
), sums AS (
    SELECT source_id, sum(gone) AS points, count(DISTINCT citizen_id) AS accounts,
           array_agg(DISTINCT citizen_id) AS citizens
    FROM entries GROUP BY source_id
)
SELECT 'moved account is open' AS what, m.other_id AS id, a.balance::text AS found
FROM account_moves m LEFT JOIN accounts a ON a.id = m.other_id
WHERE a.erased_at IS NULL OR a.balance <> 0
UNION ALL
SELECT 'points still wait for a moved account', p.citizen_id, p.points::text
FROM pending_points p JOIN account_moves m ON m.other_id = p.citizen_id
LEFT JOIN pending_point_ends e ON e.citizen_id = p.citizen_id AND e.source_id = p.source_id AND e.reason = p.reason
WHERE e.citizen_id IS NULL
UNION ALL
SELECT 'move leads nowhere', m.other_id, r.citizen_id::text
FROM account_moves m
LEFT JOIN merged_accounts r ON r.other_id = m.other_id
LEFT JOIN accounts a ON a.id = r.citizen_id
LEFT JOIN account_moves further ON further.other_id = r.citizen_id
WHERE a.id IS NULL OR further.id IS NOT NULL
UNION ALL
SELECT 'an account leads to another without a move', r.other_id, r.citizen_id::text
FROM merged_accounts r LEFT JOIN account_moves m ON m.other_id = r.other_id WHERE m.id IS NULL
UNION ALL
SELECT 'lot of a move', source_id, gone || ' left, ' || come || ' came' FROM lots_moved WHERE gone <> come
UNION ALL
SELECT 'points of a move', coalesce(m.id, s.source_id), coalesce(m.points, 0) || ' told, ' || coalesce(s.points, 0) || ' moved'
FROM (SELECT * FROM account_moves WHERE kind = 'merge') m
FULL JOIN sums s ON s.source_id = m.id
WHERE coalesce(m.points, 0) <> coalesce(s.points, 0)
   OR (s.points > 0 AND NOT s.citizens @> ARRAY[m.citizen_id, m.other_id]) OR s.accounts > 2
UNION ALL
SELECT 'attendance stayed alone', a.citizen_id, a.event_id::text
FROM attendances a JOIN merged_accounts r ON r.other_id = a.citizen_id
WHERE NOT EXISTS (
    SELECT FROM attendances b
    WHERE b.event_id = a.event_id AND b.id <> a.id
      AND b.citizen_id IN (SELECT r.citizen_id UNION ALL SELECT other_id FROM merged_accounts g WHERE g.citizen_id = r.citizen_id)
)
UNION ALL
SELECT 'row stayed: ' || x.what, x.citizen_id, count(*)::text
FROM (
    SELECT 'actions' AS what, citizen_id FROM actions
    UNION ALL SELECT 'claims', citizen_id FROM claims
    UNION ALL SELECT 'reversals', citizen_id FROM reversals
    UNION ALL SELECT 'redemptions', citizen_id FROM redemptions
    UNION ALL SELECT 'identities', citizen_id FROM identities
) x JOIN merged_accounts r ON r.other_id = x.citizen_id
GROUP BY x.what, x.citizen_id
