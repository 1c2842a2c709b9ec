-- forget_journey: [write] put the sums of a footprint in the place of one with a journey, for one person at one event.
-- $1 citizen_id uuid  $2 event_id uuid  $3 digest bytea  $4 digest of the sums bytea  $5 digest of the lines bytea
-- Raises check_violation (23514) where the sums are others.
SELECT forget_journey($1, $2, $3, $4, $5)
