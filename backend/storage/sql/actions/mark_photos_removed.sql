-- mark_photos_removed: [write] photos whose files are gone; where they were taken goes with them.
-- $1 citizen_id uuid[]  $2 sha256 bytea[]  $3 removed_at timestamptz
WITH removed AS (
    UPDATE photos p SET removed_at = $3
    FROM unnest($1::uuid[], $2::bytea[]) AS gone (citizen_id, sha256)
    WHERE p.citizen_id = gone.citizen_id AND p.sha256 = gone.sha256 AND p.removed_at IS NULL
    RETURNING p.citizen_id, p.used_by
)
UPDATE reviews r SET evidence = r.evidence - '{photo,lat,lon}'::text[]
FROM removed WHERE r.citizen_id = removed.citizen_id AND r.id = removed.used_by
