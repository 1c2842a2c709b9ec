-- load_lots: [read] what is left in the lots of these citizens, whose accounts are locked.
-- $1 citizen_id uuid[]
SELECT citizen_id, expires_on, points FROM lots WHERE citizen_id = ANY ($1::uuid[]) AND points > 0
