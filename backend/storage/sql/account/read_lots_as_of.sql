-- read_lots_as_of: [read] a citizen's lots at a past instant, summed up from the transfers until then.
-- $1 citizen_id uuid  $2 as_of timestamptz
SELECT expires_on, sum(CASE WHEN credit_account = citizen_id THEN points ELSE -points END)::bigint AS points
FROM transfers WHERE citizen_id = $1 AND created_at <= $2
GROUP BY expires_on HAVING sum(CASE WHEN credit_account = citizen_id THEN points ELSE -points END) <> 0
ORDER BY expires_on
