-- detect_many_accounts: [read] events, and days without one, at which reviewers rejected many actions of phones that logged
-- for many accounts.
-- $1 since timestamptz  $2 rejected_min int
SELECT coalesce('event:' || e.slug, 'day:' || r.day) AS subject, h.organisation_id,
       jsonb_build_object('rejected', count(*), 'accounts', count(DISTINCT r.citizen_id)) AS facts
FROM reviews r
LEFT JOIN events e ON e.id = r.event_id
LEFT JOIN event_organisations h ON h.event_id = e.id AND h.part = 'host' AND h.removed_at IS NULL
WHERE r.why IN ('device', 'no_device') AND r.state = 'rejected' AND r.decided_at >= $1
GROUP BY 1, 2 HAVING count(*) >= $2::int
ORDER BY subject
