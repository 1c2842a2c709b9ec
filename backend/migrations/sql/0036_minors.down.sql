DELETE FROM complaints WHERE about = 'age';
ALTER TABLE complaints DROP CONSTRAINT IF EXISTS complaints_about_known;
ALTER TABLE complaints ADD CONSTRAINT complaints_about_known
    CHECK (about IN ('review', 'action', 'offset', 'certificate', 'event_report'));
ALTER TABLE erasures DROP CONSTRAINT IF EXISTS erasures_age_band_known;
ALTER TABLE erasures DROP COLUMN IF EXISTS age_band;
DROP TABLE IF EXISTS guardian_codes;
DROP TABLE IF EXISTS guardian_consents;
ALTER TABLE accounts DROP COLUMN IF EXISTS earns_from;
ALTER TABLE citizens DROP CONSTRAINT IF EXISTS citizens_month_is_a_month;
ALTER TABLE citizens DROP CONSTRAINT IF EXISTS citizens_month_told_at_a_moment;
ALTER TABLE citizens DROP COLUMN IF EXISTS age_told_at;
ALTER TABLE citizens DROP COLUMN IF EXISTS born_month;
