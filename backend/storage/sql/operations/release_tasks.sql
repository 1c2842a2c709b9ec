-- release_tasks: [write] free tasks that were taken and not begun; the taking does not count as an attempt.
-- $1 citizen_id uuid[]  $2 id uuid[]
UPDATE outbox o SET leased_until = NULL, attempts = attempts - 1
FROM unnest($1::uuid[], $2::uuid[]) AS t (citizen_id, id)
WHERE o.citizen_id = t.citizen_id AND o.id = t.id AND o.leased_until IS NOT NULL
RETURNING o.id
