-- 0051, taken back: what exists belongs to no organisation made for it; the organisations go with their tables (0049).
UPDATE teams SET organisation_id = NULL WHERE organisation_id = md5('team:' || id)::uuid;
UPDATE partners SET organisation_id = NULL WHERE organisation_id = md5('partner:' || id)::uuid;
UPDATE merchants SET organisation_id = NULL WHERE organisation_id = md5('merchant:' || id)::uuid;
DELETE FROM event_organisations WHERE id = md5('host:' || event_id)::uuid;
DELETE FROM organisation_members WHERE id = md5('owner:' || staff_id)::uuid;
