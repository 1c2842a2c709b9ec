-- load_personal_sums: [read] for each citizen the verified grams that are not claimed yet.
-- $1 citizen_id uuid[]
SELECT asked.citizen_id,
       (SELECT coalesce(sum(s.reduction_g), 0) FROM action_sums s
        WHERE s.citizen_id = asked.citizen_id AND s.is_verified)::bigint
       - (SELECT coalesce(sum(c.grams), 0) FROM claims c WHERE c.citizen_id = asked.citizen_id)::bigint AS personal_g
FROM unnest($1::uuid[]) AS asked (citizen_id)
