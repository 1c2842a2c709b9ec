-- find_photos_to_remove: [read] photos past their retention, and those of citizens who were erased.
-- $1 before timestamptz  $2 rows at most int
SELECT citizen_id, sha256, coalesce(file_owner, citizen_id) AS file_owner FROM photos p
WHERE removed_at IS NULL
  AND (created_at < $1 OR EXISTS (SELECT FROM accounts a WHERE a.id = p.citizen_id AND a.erased_at IS NOT NULL))
ORDER BY created_at LIMIT $2
