-- read_desk: [read] what waits for an operator at each desk, and what of it is late.
SELECT 'applications' AS desk, count(*)::int AS waiting,
       (count(*) FILTER (WHERE starts_at < now() + interval '7 days'))::int AS late
FROM events WHERE state = 'submitted'
UNION ALL
SELECT 'reviews', count(*)::int, (count(*) FILTER (WHERE created_at < now() - interval '3 days'))::int
FROM reviews WHERE state = 'pending'
UNION ALL
SELECT 'complaints', count(*)::int, (count(*) FILTER (WHERE due_on < current_date))::int
FROM complaints WHERE answer IS NULL
UNION ALL
SELECT 'organisations', count(*)::int, (count(*) FILTER (WHERE created_at < now() - interval '5 days'))::int
FROM organisations WHERE state = 'applied'
UNION ALL
SELECT 'licences', count(*)::int, (count(*) FILTER (WHERE added_at < now() - interval '5 days'))::int
FROM organisation_licences WHERE confirmed_at IS NULL AND revoked_at IS NULL
UNION ALL
SELECT 'credits', count(*)::int, 0
FROM credit_batches
WHERE voided_at IS NULL AND (status = 'awaiting_confirmation' OR proposed_by IS NOT NULL)
UNION ALL
SELECT 'budgets', (count(*) FILTER (WHERE issued_points * 5 >= total_points * 4))::int,
       (count(*) FILTER (WHERE issued_points >= total_points))::int
FROM issuance_budgets WHERE closed_at IS NULL
UNION ALL
SELECT 'rewards', (count(*) FILTER (WHERE stock_left * 10 <= stock))::int, (count(*) FILTER (WHERE stock_left = 0))::int
FROM rewards WHERE is_open AND stock > 0 AND (closes_at IS NULL OR closes_at > now())
UNION ALL
SELECT 'jobs', (count(*) FILTER (WHERE failures > 0))::int,
       (count(*) FILTER (WHERE next_at < now() - interval '5 minutes' AND (lease_until IS NULL OR lease_until < now())))::int
FROM jobs
UNION ALL
SELECT 'letters', count(*)::int, count(*)::int FROM outbox WHERE failed_at IS NOT NULL
UNION ALL
SELECT 'content', count(*)::int, (count(*) FILTER (WHERE effective_from <= current_date))::int
FROM content_versions WHERE state = 'proposed'
UNION ALL
SELECT 'methods', count(*)::int, (count(*) FILTER (WHERE (body->>'effective_from')::date <= current_date))::int
FROM catalogue_drafts WHERE state = 'proposed'
