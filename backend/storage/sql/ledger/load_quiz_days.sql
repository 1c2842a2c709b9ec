-- load_quiz_days: [read] which of these quizzes were answered before.
-- $1 citizen_id uuid[]  $2 day date[]
SELECT q.citizen_id, q.day
FROM unnest($1::uuid[], $2::date[]) AS asked (citizen_id, day)
JOIN quiz_answers q ON q.citizen_id = asked.citizen_id AND q.day = asked.day
