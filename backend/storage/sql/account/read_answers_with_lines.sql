-- read_answers_with_lines: [read] answers kept for repeats that tell the lines of a footprint.
-- $1 citizen_id uuid[]
SELECT citizen_id, key, answer FROM idempotency_keys
WHERE citizen_id = ANY ($1::uuid[]) AND status < 300
    AND position('"footprint":{'::bytea in answer) > 0 AND position('"lines":[{'::bytea in answer) > 0
