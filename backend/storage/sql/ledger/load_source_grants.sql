-- load_source_grants: [read] the grants in force of citizens to partners, with the policy they were given under.
-- $1 citizen_id uuid[]  $2 partner_id uuid[]
SELECT g.citizen_id, g.partner_id, g.consent_version
FROM unnest($1::uuid[], $2::uuid[]) AS asked (citizen_id, partner_id)
JOIN source_grants g ON g.citizen_id = asked.citizen_id AND g.partner_id = asked.partner_id
WHERE g.withdrawn_at IS NULL
