-- read_statistics: [read] the platform since it began. People, footprints and offsets are sums of the live counts, which
-- the ledger writes in the transaction of each scan; points are balances, which move with each transfer; reductions are
-- summed from the actions themselves.
WITH counted AS (
    SELECT coalesce(sum(joined), 0)::bigint AS people, coalesce(sum(footprints), 0)::bigint AS footprints,
           coalesce(sum(footprint_g), 0)::bigint AS footprint_g, coalesce(sum(offsets), 0)::bigint AS offsets,
           coalesce(sum(grams), 0)::bigint AS offset_g
    FROM tallies
), acted AS (
    SELECT count(*) AS actions, coalesce(sum(reduction_g) FILTER (WHERE tier <> 'E5'), 0)::bigint AS reduction_g,
           coalesce(sum(reduction_g) FILTER (WHERE tier = 'E5'), 0)::bigint AS self_declared_g
    FROM actions WHERE state = 'posted'
), reversed AS (
    SELECT count(*) AS actions, coalesce(sum(a.reduction_g) FILTER (WHERE a.tier <> 'E5'), 0)::bigint AS reduction_g,
           coalesce(sum(a.reduction_g) FILTER (WHERE a.tier = 'E5'), 0)::bigint AS self_declared_g
    FROM reversals r JOIN actions a ON a.citizen_id = r.citizen_id AND a.id = r.action_id
    WHERE a.state = 'posted'
), balances AS (
    SELECT coalesce(-sum(balance) FILTER (WHERE id = '00000000-0000-7000-8000-000000000001'), 0)::bigint AS issued,
           coalesce(sum(balance) FILTER (WHERE id = '00000000-0000-7000-8000-000000000002'), 0)::bigint AS redeemed,
           coalesce(sum(balance) FILTER (WHERE id = '00000000-0000-7000-8000-000000000003'), 0)::bigint AS expired
    FROM system_accounts
), pooled AS (
    SELECT coalesce(sum(p.serial_to - p.serial_from + 1), 0)::bigint AS retired_g
    FROM pools p JOIN credit_batches c ON c.id = p.batch_id AND c.status = 'retired'
)
SELECT c.people, c.footprints, c.footprint_g, c.offsets, c.offset_g, a.actions - r.actions AS actions,
       a.reduction_g - r.reduction_g AS reduction_g, a.self_declared_g - r.self_declared_g AS self_declared_g,
       b.issued, b.redeemed, b.expired, p.retired_g
FROM counted c, acted a, reversed r, balances b, pooled p
