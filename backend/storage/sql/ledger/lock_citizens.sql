-- lock_citizens: [lock] people of whom nothing new is kept by anybody else until this transaction ends, in key order.
-- $1 id uuid[]
SELECT id FROM citizens WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE
