-- read_period_points: [read] points issued, taken back, spent and run out in a period: sums of transfers.
-- $1 from timestamptz  $2 until timestamptz
SELECT coalesce(sum(points) FILTER (WHERE debit_account = '00000000-0000-7000-8000-000000000001'), 0)::bigint AS issued,
       coalesce(sum(points) FILTER (WHERE credit_account = '00000000-0000-7000-8000-000000000001'), 0)::bigint AS reversed,
       coalesce(sum(CASE WHEN credit_account = '00000000-0000-7000-8000-000000000002' THEN points
                         WHEN debit_account = '00000000-0000-7000-8000-000000000002' THEN -points ELSE 0 END), 0)::bigint
           AS redeemed,
       coalesce(sum(points) FILTER (WHERE credit_account = '00000000-0000-7000-8000-000000000003'), 0)::bigint AS expired
FROM transfers WHERE coalesce(written_at, created_at) >= $1 AND coalesce(written_at, created_at) < $2
