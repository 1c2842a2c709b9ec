-- 0064, taken back: projects have no barrier, plantings no evidence. Wetland that was repaired meanwhile stays told.
DROP TABLE IF EXISTS project_activities;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_evidence_fkey;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_repair_has_area;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_plants_counted;
ALTER TABLE plantings ADD CONSTRAINT plantings_plants_counted
    CHECK (plants > 0 OR (plants = 0 AND kind = 'surviving')) NOT VALID;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_kind_known;
ALTER TABLE plantings ADD CONSTRAINT plantings_kind_known CHECK (kind IN ('planted', 'surviving')) NOT VALID;
ALTER TABLE plantings DROP COLUMN IF EXISTS evidence;
DROP TABLE IF EXISTS project_evidence;
DROP INDEX IF EXISTS projects_by_barrier;
ALTER TABLE projects DROP CONSTRAINT IF EXISTS projects_planned_ahead;
ALTER TABLE projects DROP CONSTRAINT IF EXISTS projects_barrier_known;
ALTER TABLE projects DROP COLUMN IF EXISTS planned_t;
ALTER TABLE projects DROP COLUMN IF EXISTS is_demonstration;
ALTER TABLE projects DROP COLUMN IF EXISTS barrier;
