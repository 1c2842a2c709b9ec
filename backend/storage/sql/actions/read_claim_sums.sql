-- read_claim_sums: [read] a citizen's verified grams: all that were logged and not reversed, and those that were
-- claimed.
-- $1 citizen_id uuid
SELECT (SELECT coalesce(sum(reduction_g), 0) FROM action_sums WHERE citizen_id = $1 AND is_verified)::bigint
           AS logged_g,
       coalesce(sum(grams) FILTER (WHERE claim_state = 'donated'), 0)::bigint AS donated_g,
       coalesce(sum(grams) FILTER (WHERE claim_state = 'aggregated'), 0)::bigint AS aggregated_g,
       coalesce(sum(grams) FILTER (WHERE claim_state = 'cancelled'), 0)::bigint AS cancelled_g
FROM claims WHERE citizen_id = $1
