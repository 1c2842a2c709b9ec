-- forget_reviews: [write] take places and pictures off the reviews of a citizen who is erased, and end
-- those that wait or are not booked yet: nobody decides on somebody who is gone. Returns how many reviews there were.
-- $1 citizen_id uuid  $2 decided_at timestamptz  $3 decided_by uuid  $4 reason text
WITH gone AS (
    UPDATE reviews SET evidence = NULL,
        state = CASE WHEN booked_at IS NULL AND state <> 'rejected' THEN 'rejected' ELSE state END,
        decided_at = coalesce(decided_at, $2), decided_by = coalesce(decided_by, $3),
        reason = CASE WHEN state <> 'rejected' AND booked_at IS NULL THEN $4 ELSE reason END
    WHERE citizen_id = $1 RETURNING 1
)
SELECT count(*) AS removed FROM gone
