-- find_photos_to_remove: [read] photos past their retention, and those of citizens who were erased.
-- $1 before timestamptz  $2 rows at most int
SELECT citizen_id, sha256, coalesce(file_owner, citizen_id) AS file_owner FROM photos p
WHERE removed_at IS NULL
  AND (created_at < $1 OR NOT EXISTS (SELECT FROM identities i WHERE i.citizen_id = p.citizen_id))
ORDER BY created_at LIMIT $2
