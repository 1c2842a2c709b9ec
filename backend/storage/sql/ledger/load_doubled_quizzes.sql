-- load_doubled_quizzes: [read] quizzes that an account answered on days on which the other one answered too, with their
-- points, lots and budgets.
-- $1 citizen_id uuid  $2 other_id uuid
SELECT q.id, t.points, t.expires_on AS lot, t.budget_id
FROM quiz_answers q
JOIN quiz_answers own ON own.citizen_id = $1 AND own.day = q.day
-- What was moved before has its transfer where it was booked.
LEFT JOIN LATERAL (
    SELECT m.points, m.expires_on, m.budget_id
    FROM (SELECT $2::uuid AS id UNION ALL SELECT g.other_id FROM merged_accounts g WHERE g.citizen_id = $2) p
    JOIN transfers m ON m.citizen_id = p.id AND m.source_id = q.id AND m.reason = 'quiz'
) t ON true
WHERE q.citizen_id = $2
ORDER BY q.day
