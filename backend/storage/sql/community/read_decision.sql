-- read_decision: [read] a citizen's newest decision about a scope.
-- $1 citizen_id uuid  $2 scope text
SELECT is_granted, policy_version FROM consents
WHERE citizen_id = $1 AND scope = $2 ORDER BY revision DESC LIMIT 1
