-- count_erasable: [read] how much of what identifies a citizen there is, by kind, before it is erased.
-- $1 citizen_id uuid
SELECT
    (SELECT count(*) FROM identities WHERE citizen_id = $1)
        + (SELECT count(*) FROM citizen_passkeys WHERE citizen_id = $1) AS sign_ins,
    (SELECT count(nickname) FROM citizens WHERE id = $1) AS nickname,
    (SELECT count(born_month) FROM citizens WHERE id = $1) AS age,
    (SELECT count(*) FROM photos WHERE citizen_id = $1 AND removed_at IS NULL) AS photos,
    (SELECT count(*) FROM profiles WHERE citizen_id = $1) AS profile,
    (SELECT count(*) FROM team_members WHERE citizen_id = $1 AND left_at IS NULL) AS teams,
    (SELECT count(*) FROM certificate_names WHERE citizen_id = $1) AS certificate_names,
    (SELECT count(*) FROM source_grants WHERE citizen_id = $1 AND subject IS NOT NULL) AS partners,
    (SELECT count(*) FROM notices WHERE citizen_id = $1) AS notices,
    (SELECT count(*) FROM passes WHERE citizen_id = $1) AS passes,
    (SELECT count(*) FROM companions WHERE guardian_id = $1) AS companions,
    (SELECT count(*) FROM complaints WHERE citizen_id = $1) AS complaints,
    (SELECT count(*) FROM (
        SELECT DISTINCT ON (scope) is_granted FROM consents WHERE citizen_id = $1 ORDER BY scope, revision DESC
    ) newest WHERE is_granted) AS consents
