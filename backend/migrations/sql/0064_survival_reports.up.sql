-- 0064: natural barriers and demonstration projects; planting activities; what survived, with its evidence.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- `barrier` is one of the natural barriers that the province's plan of 2021 names; `planned_t` what a project that is
-- only planted expects to remove one day: never credited, and lowered by what did not survive.
ALTER TABLE projects ADD COLUMN IF NOT EXISTS barrier text;
ALTER TABLE projects ADD COLUMN IF NOT EXISTS is_demonstration boolean NOT NULL DEFAULT false;
ALTER TABLE projects ADD COLUMN IF NOT EXISTS planned_t bigint;
ALTER TABLE projects DROP CONSTRAINT IF EXISTS projects_barrier_known;
ALTER TABLE projects ADD CONSTRAINT projects_barrier_known CHECK (barrier IN ('minshan_qionglai', 'yellow_river_source',
    'western_sichuan', 'daba', 'wumeng', 'longquan')) NOT VALID;
ALTER TABLE projects VALIDATE CONSTRAINT projects_barrier_known;
ALTER TABLE projects DROP CONSTRAINT IF EXISTS projects_planned_ahead;
ALTER TABLE projects ADD CONSTRAINT projects_planned_ahead
    CHECK (planned_t IS NULL OR (is_ex_ante AND planned_t > 0)) NOT VALID;
ALTER TABLE projects VALIDATE CONSTRAINT projects_planned_ahead;
CREATE INDEX IF NOT EXISTS projects_by_barrier ON projects (barrier) WHERE barrier IS NOT NULL;

-- `repaired` is wetland, told by its area; `evidence` the SHA-256 of a photo or document that was sent for the project.
ALTER TABLE plantings ADD COLUMN IF NOT EXISTS evidence bytea;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_kind_known;
ALTER TABLE plantings ADD CONSTRAINT plantings_kind_known CHECK (kind IN ('planted', 'repaired', 'surviving')) NOT VALID;
ALTER TABLE plantings VALIDATE CONSTRAINT plantings_kind_known;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_plants_counted;
ALTER TABLE plantings ADD CONSTRAINT plantings_plants_counted
    CHECK (plants > 0 OR (plants = 0 AND kind IN ('repaired', 'surviving'))) NOT VALID;
ALTER TABLE plantings VALIDATE CONSTRAINT plantings_plants_counted;
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_repair_has_area;
ALTER TABLE plantings ADD CONSTRAINT plantings_repair_has_area
    CHECK (kind <> 'repaired' OR (area_ha IS NOT NULL AND plants = 0)) NOT VALID;
ALTER TABLE plantings VALIDATE CONSTRAINT plantings_repair_has_area;
-- Photos and documents of a project's reports; shown to anybody once a planting names them.
CREATE TABLE IF NOT EXISTS project_evidence (
    project_id  uuid NOT NULL,
    sha256      bytea NOT NULL,
    media_type  text NOT NULL,
    bytes       bigint NOT NULL,
    sent_by     uuid NOT NULL,
    sent_at     timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT project_evidence_pkey PRIMARY KEY (project_id, sha256),
    CONSTRAINT project_evidence_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT project_evidence_sent_by_fkey FOREIGN KEY (sent_by) REFERENCES staff (id),
    CONSTRAINT project_evidence_hash_length CHECK (octet_length(sha256) = 32)
);
ALTER TABLE plantings DROP CONSTRAINT IF EXISTS plantings_evidence_fkey;
ALTER TABLE plantings ADD CONSTRAINT plantings_evidence_fkey
    FOREIGN KEY (project_id, evidence) REFERENCES project_evidence (project_id, sha256) NOT VALID;
ALTER TABLE plantings VALIDATE CONSTRAINT plantings_evidence_fkey;

-- An event at which people plant or repair for a project; each event for one.
CREATE TABLE IF NOT EXISTS project_activities (
    event_id    uuid NOT NULL,
    project_id  uuid NOT NULL,
    added_by    uuid NOT NULL,
    added_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT project_activities_pkey PRIMARY KEY (event_id),
    CONSTRAINT project_activities_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT project_activities_project_id_fkey FOREIGN KEY (project_id) REFERENCES projects (id),
    CONSTRAINT project_activities_added_by_fkey FOREIGN KEY (added_by) REFERENCES staff (id)
);
CREATE INDEX IF NOT EXISTS project_activities_of_project ON project_activities (project_id);
