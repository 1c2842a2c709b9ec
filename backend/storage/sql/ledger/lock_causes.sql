-- lock_causes: [lock] causes that are given to, locked in key order.
-- $1 id uuid[]
SELECT id, slug, name_zh, name_en, is_open FROM causes WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
