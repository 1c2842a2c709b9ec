-- move_account: [write] move what one account holds into another, and close it; see the function in 0046. Raises by
-- constraint: account_moves_once (23505) when another process was first, check_violation where no move is possible.
-- $1 id uuid  $2 citizen_id uuid  $3 other_id uuid  $4 kind text  $5 points bigint  $6 points_taken_back bigint
-- $7 joined_points int (of a guest's attendance)  $8 answer bytea  $9 at timestamptz
SELECT move_account($1, $2, $3, $4, $5, $6, $7, $8, $9)
