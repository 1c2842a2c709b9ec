-- load_consents: [read] who of these citizens has given a consent and not withdrawn it, and under which policy.
-- $1 citizen_id uuid[]  $2 scope text
SELECT asked.citizen_id, newest.policy_version FROM unnest($1::uuid[]) AS asked (citizen_id)
CROSS JOIN LATERAL (
    SELECT is_granted, policy_version FROM consents c
    WHERE c.citizen_id = asked.citizen_id AND c.scope = $2 ORDER BY c.revision DESC LIMIT 1
) newest
WHERE newest.is_granted
