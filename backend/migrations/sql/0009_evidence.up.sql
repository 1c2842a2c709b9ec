-- 0009: photos that stand behind an action. The pictures themselves are files, named by their content's SHA-256.

-- `used_by` is the action told with the photo, `used_key` the Idempotency-Key it was told under: the same request
-- sent again is the same use. A row outlives its file, so that a photo is not used a second time later on.
CREATE TABLE IF NOT EXISTS photos (
    citizen_id  uuid NOT NULL,
    sha256      bytea NOT NULL,
    bytes       integer NOT NULL,
    width       integer NOT NULL,
    height      integer NOT NULL,
    created_at  timestamptz NOT NULL,
    used_by     uuid,
    used_key    text,
    removed_at  timestamptz,
    CONSTRAINT photos_once_per_citizen PRIMARY KEY (citizen_id, sha256),
    CONSTRAINT photos_hash_length CHECK (octet_length(sha256) = 32),
    CONSTRAINT photos_size_positive CHECK (bytes > 0 AND width > 0 AND height > 0),
    CONSTRAINT photos_used_under_a_key CHECK ((used_by IS NULL) = (used_key IS NULL))
);
CREATE INDEX IF NOT EXISTS photos_used ON photos (sha256) WHERE used_by IS NOT NULL;
CREATE INDEX IF NOT EXISTS photos_kept ON photos (created_at) WHERE removed_at IS NULL;

-- Staff name a review by its id alone: the queue tells them no citizen.
CREATE INDEX IF NOT EXISTS reviews_by_id ON reviews (id);

-- The public list of scenes, newest first, by kind and district.
CREATE INDEX IF NOT EXISTS scenes_by_district ON scenes (district, id DESC);
CREATE INDEX IF NOT EXISTS scenes_by_kind ON scenes (kind, id DESC);
