-- store_quiz_answers: [write] quizzes that were answered.
-- $1 … $8 quiz_answers
-- Raises quiz_answers_once_a_day (23505).
INSERT INTO quiz_answers (citizen_id, day, id, questions, choices, right_count, points, created_at)
SELECT citizen_id, day, id, questions::jsonb, choices::jsonb, right_count, points, created_at
FROM unnest($1::uuid[], $2::date[], $3::uuid[], $4::text[], $5::text[], $6::smallint[], $7::int[],
            $8::timestamptz[])
     AS new (citizen_id, day, id, questions, choices, right_count, points, created_at)
