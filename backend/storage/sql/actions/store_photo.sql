-- store_photo: [write] a photo that was sent, unless the citizen has sent enough today. One that was removed unused
-- comes back. Run after lock_photos, so that of many requests at once each counts the ones before it.
-- $1 citizen_id uuid  $2 sha256 bytea  $3 bytes int  $4 width int  $5 height int  $6 created_at timestamptz
-- $7 since timestamptz  $8 photos_max int
WITH today AS (
    SELECT count(*) AS photos FROM photos WHERE citizen_id = $1 AND created_at >= $7
), stored AS (
    INSERT INTO photos AS p (citizen_id, sha256, bytes, width, height, created_at)
    SELECT $1, $2, $3, $4, $5, $6 FROM today WHERE photos < $8
    ON CONFLICT (citizen_id, sha256) DO UPDATE SET removed_at = NULL, created_at = EXCLUDED.created_at
    WHERE p.removed_at IS NOT NULL AND p.used_by IS NULL
    RETURNING 1
)
SELECT EXISTS (SELECT FROM stored) AS is_stored,
       EXISTS (SELECT FROM photos WHERE citizen_id = $1 AND sha256 = $2 AND removed_at IS NULL) AS is_there,
       EXISTS (SELECT FROM photos WHERE citizen_id = $1 AND sha256 = $2 AND used_by IS NOT NULL) AS is_used
