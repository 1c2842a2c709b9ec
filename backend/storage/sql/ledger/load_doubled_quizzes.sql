-- load_doubled_quizzes: [read] quizzes that an account answered on days on which the other one answered too, with their
-- points, lots and budgets.
-- $1 citizen_id uuid  $2 other_id uuid
SELECT q.id, t.points, t.expires_on AS lot, t.budget_id
FROM quiz_answers q
JOIN quiz_answers own ON own.citizen_id = $1 AND own.day = q.day
LEFT JOIN transfers t ON t.citizen_id = q.citizen_id AND t.source_id = q.id AND t.reason = 'quiz'
WHERE q.citizen_id = $2
ORDER BY q.day
