-- claim_photo: [write] take a photo for an action, once for all citizens; the same key takes it again for the same
-- action. No row: it is not there, or used. Run after lock_photos on the photo's content.
-- $1 citizen_id uuid  $2 sha256 bytea  $3 action_id uuid  $4 key text
UPDATE photos p SET used_by = coalesce(p.used_by, $3), used_key = $4
WHERE p.citizen_id = $1 AND p.sha256 = $2 AND p.removed_at IS NULL AND (p.used_by IS NULL OR p.used_key = $4)
  AND NOT EXISTS (SELECT FROM photos o WHERE o.sha256 = $2 AND o.citizen_id <> $1 AND o.used_by IS NOT NULL)
RETURNING p.used_by
