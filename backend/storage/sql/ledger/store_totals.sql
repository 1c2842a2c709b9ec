-- store_totals: [write] add to the cells of the live picture and to the balances of the system's accounts,
-- and what budgets have issued.
-- $1 … $10 tallies  $11 … $12 system_accounts (what each gains)  $13 … $14 issuance_budgets (likewise)
-- Every batch of every process needs these rows, so they are locked last, by the statement before COMMIT, and in key
-- order. PostgreSQL writes the last INSERT first: tallies, then budgets, then accounts; a test holds that order.
-- Raises issuance_budgets_issued_within (23514): others issued what was left; the batch is decided again.
-- Returns the cells as they are now.
WITH system_moved AS (
    UPDATE system_accounts a SET balance = a.balance + new.balance
    FROM unnest($11::uuid[], $12::bigint[]) AS new (id, balance)
    WHERE a.id = new.id
), issued AS (
    UPDATE issuance_budgets b SET issued_points = b.issued_points + new.issued_points
    FROM unnest($13::uuid[], $14::bigint[]) AS new (id, issued_points)
    WHERE b.id = new.id
)
INSERT INTO tallies AS t (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points,
                          revision)
SELECT new.*, 1
FROM unnest($1::uuid[], $2::smallint[], $3::timestamptz[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[])
     AS new (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points)
ORDER BY event_id, gate, minute
ON CONFLICT (event_id, gate, minute) DO UPDATE SET
    joined = t.joined + excluded.joined,
    footprints = t.footprints + excluded.footprints,
    footprint_g = t.footprint_g + excluded.footprint_g,
    offsets = t.offsets + excluded.offsets,
    grams = t.grams + excluded.grams,
    actions = t.actions + excluded.actions,
    points = t.points + excluded.points,
    revision = t.revision + 1
RETURNING event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points, revision
