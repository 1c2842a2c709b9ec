-- load_answers: [read] first answers to idempotency keys.
-- $1 citizen_id uuid[]  $2 key text[]
SELECT k.citizen_id, k.key, k.request_digest, k.status, k.answer
FROM unnest($1::uuid[], $2::text[]) AS asked (citizen_id, key)
JOIN idempotency_keys k ON k.citizen_id = asked.citizen_id AND k.key = asked.key
