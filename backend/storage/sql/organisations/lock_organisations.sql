-- lock_organisations: [lock] organisations in order of their ids, so that none gets onto the black list until what they
-- begin now is committed and can be frozen.
-- $1 id uuid[]
SELECT id FROM organisations WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE
