-- 0049, taken back: an organiser is a user's name again, and verifiers sign in no more.
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_freeze_explained;
ALTER TABLE events DROP COLUMN IF EXISTS frozen_why;
ALTER TABLE events DROP COLUMN IF EXISTS frozen_at;
ALTER TABLE teams DROP COLUMN IF EXISTS organisation_id;
ALTER TABLE partners DROP COLUMN IF EXISTS organisation_id;
ALTER TABLE merchants DROP COLUMN IF EXISTS organisation_id;
DROP TABLE IF EXISTS regulator_remits, event_organisations, organisation_invitations, organisation_members,
    organisation_licences, organisations;
ALTER TABLE sessions DROP CONSTRAINT IF EXISTS sessions_role_known;
ALTER TABLE sessions ADD CONSTRAINT sessions_role_known
    CHECK (role IN ('citizen', 'guest', 'staff', 'organiser', 'operator', 'regulator')) NOT VALID;
ALTER TABLE staff DROP CONSTRAINT IF EXISTS staff_role_known;
ALTER TABLE staff ADD CONSTRAINT staff_role_known
    CHECK (role IN ('staff', 'organiser', 'operator', 'regulator')) NOT VALID;
