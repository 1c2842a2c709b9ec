-- 0007: answers to the daily quiz.

-- One quiz a day and citizen, with what was asked and chosen; its points are a transfer whose source is `id`.
-- Append-only; the ledger writes it together with the points.
CREATE TABLE IF NOT EXISTS quiz_answers (
    citizen_id   uuid NOT NULL,
    day          date NOT NULL,
    id           uuid NOT NULL,
    questions    jsonb NOT NULL,
    choices      jsonb NOT NULL,
    right_count  smallint NOT NULL,
    points       integer NOT NULL,
    created_at   timestamptz NOT NULL,
    CONSTRAINT quiz_answers_once_a_day PRIMARY KEY (citizen_id, day),
    CONSTRAINT quiz_answers_choice_for_each CHECK (jsonb_array_length(questions) = jsonb_array_length(choices)),
    CONSTRAINT quiz_answers_right_bounded CHECK (right_count BETWEEN 0 AND jsonb_array_length(questions)),
    CONSTRAINT quiz_answers_points_bounded CHECK (points BETWEEN 0 AND 5)
);
