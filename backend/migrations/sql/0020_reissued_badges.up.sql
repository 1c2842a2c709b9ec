-- Whose badge was it before: found from the new one, of which an event has thousands.
CREATE INDEX IF NOT EXISTS badges_by_successor ON badges (event_id, reissued_as) WHERE reissued_as IS NOT NULL;
