-- 0052, taken back: no event is frozen.
UPDATE events SET frozen_at = NULL, frozen_why = NULL, revision = revision + 1 WHERE frozen_at IS NOT NULL;
DROP TABLE IF EXISTS event_freezes;
