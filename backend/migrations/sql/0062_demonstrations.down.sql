-- 0062, taken back: a wish is the label again.
DROP TABLE IF EXISTS demonstration_proposals;
DO $$ BEGIN
    IF EXISTS (SELECT FROM information_schema.columns
               WHERE table_schema = current_schema AND table_name = 'events' AND column_name = 'is_nominated') THEN
        UPDATE events SET is_demonstration = true WHERE is_nominated AND state IN ('draft', 'submitted', 'rejected');
    END IF;
END $$;
DROP INDEX IF EXISTS events_nominated;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_rank_known, DROP CONSTRAINT IF EXISTS events_nominated_by_rank,
    DROP COLUMN IF EXISTS rank, DROP COLUMN IF EXISTS is_nominated;
