-- 0051: organisers, merchants, partners, agencies and teams of companies become organisations.
-- Works with the code that is running; may be run twice: ids and codes are made from what they are of.
-- A code is provisional, N-… with eight characters; where two would get the same one, the second draws again.

CREATE OR REPLACE FUNCTION pg_temp.provisional_organisation(
    of_what text, what_id text, its_kinds text[], zh text, en text, its_agency text, its_state text, made_by uuid
) RETURNS uuid LANGUAGE plpgsql AS $$
DECLARE
    made uuid := md5(of_what || ':' || what_id)::uuid;
    drawn text;
    attempt integer := 0;
BEGIN
    WHILE NOT EXISTS (SELECT FROM organisations WHERE id = made) LOOP
        drawn := 'N-' || upper(left(md5(of_what || ':' || what_id || ':' || attempt), 8));
        INSERT INTO organisations (id, code, kinds, name_zh, name_en, agency, state, created_by)
        VALUES (made, drawn, its_kinds, coalesce(zh, '主办单位 ' || drawn), coalesce(en, 'Organiser ' || drawn),
            its_agency, its_state, made_by)
        ON CONFLICT DO NOTHING;
        attempt := attempt + 1;
    END LOOP;
    RETURN made;
END
$$;

-- An organiser runs the events that they created, as the owner of an organisation. The register is public and a user
-- name is somebody's own, so it is called by its code until its owner says its name.
INSERT INTO organisation_members (id, organisation_id, staff_id, duty, added_by)
SELECT md5('owner:' || s.id)::uuid,
    pg_temp.provisional_organisation('organiser', s.id::text, ARRAY['event_organiser'], NULL, NULL, NULL, 'active', s.id),
    s.id, 'owner', s.id
FROM staff s
WHERE s.role = 'organiser' AND NOT EXISTS (SELECT FROM organisation_members m WHERE m.staff_id = s.id)
ON CONFLICT DO NOTHING;

INSERT INTO event_organisations (event_id, id, organisation_id, part, added_by)
SELECT e.id, md5('host:' || e.id)::uuid, o.id, 'host', e.created_by
FROM events e JOIN organisations o ON o.id = md5('organiser:' || e.created_by)::uuid
WHERE NOT EXISTS (SELECT FROM event_organisations h WHERE h.event_id = e.id)
ON CONFLICT DO NOTHING;

UPDATE merchants SET organisation_id = pg_temp.provisional_organisation(
    'merchant', id::text, ARRAY['merchant'], name_zh, name_en, NULL, 'active', NULL)
WHERE organisation_id IS NULL;

UPDATE partners SET organisation_id = pg_temp.provisional_organisation(
    'partner', id::text, ARRAY['partner'], name_zh, name_en, NULL, 'active', NULL)
WHERE organisation_id IS NULL;

-- A citizen called the team what they liked: as an organisation it waits for a review before anybody reads of it.
UPDATE teams SET organisation_id = pg_temp.provisional_organisation(
    'team', id::text, ARRAY['enterprise'], name, name, NULL, 'applied', NULL)
WHERE kind = 'company' AND is_open AND organisation_id IS NULL;

-- The agencies that supervise events under the plan of 2021 (backend/catalogue/agencies.toml).
SELECT pg_temp.provisional_organisation('agency', code, ARRAY['public_institution'], zh, en, code, 'active', NULL)
FROM (VALUES
    ('ecology_environment', '四川省生态环境厅', 'Department of Ecology and Environment of Sichuan'),
    ('culture_tourism', '四川省文化和旅游厅', 'Department of Culture and Tourism of Sichuan'),
    ('sport', '四川省体育局', 'Sports Bureau of Sichuan'),
    ('government_offices', '四川省机关事务管理局', 'Government Offices Administration of Sichuan'),
    ('forestry_grassland', '四川省林业和草原局', 'Forestry and Grassland Administration of Sichuan')
) AS agency (code, zh, en);
