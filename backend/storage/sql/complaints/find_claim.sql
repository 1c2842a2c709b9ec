-- find_claim: [read] whether a claim is public: a certificate with this number, a published report of this event, an event,
-- an organisation, an entry of a list, a disclosure; who published it, and which organisation it is about.
-- $1 about text  $2 certificate's or entry's number, event's slug, organisation's code text
SELECT NULL::uuid AS decided_by, h.organisation_id FROM offsets o
LEFT JOIN event_organisations h ON h.event_id = o.event_id AND h.part = 'host' AND h.removed_at IS NULL
WHERE $1 = 'certificate' AND o.certificate_number = $2
UNION ALL
(SELECT r.made_by, h.organisation_id FROM events e JOIN event_reports r ON r.event_id = e.id
 LEFT JOIN event_organisations h ON h.event_id = e.id AND h.part = 'host' AND h.removed_at IS NULL
 WHERE $1 = 'event_report' AND e.slug = $2 ORDER BY r.revision DESC LIMIT 1)
UNION ALL
SELECT e.created_by, h.organisation_id FROM events e
LEFT JOIN event_organisations h ON h.event_id = e.id AND h.part = 'host' AND h.removed_at IS NULL
WHERE $1 = 'event' AND e.slug = $2 AND e.state NOT IN ('draft', 'submitted', 'rejected')
UNION ALL
SELECT reviewed_by, id FROM organisations
WHERE $1 = 'organisation' AND code = $2 AND state IN ('active', 'suspended', 'closed')
UNION ALL
SELECT confirmed_by, organisation_id FROM list_entries
WHERE $1 = 'list_entry' AND id::text = $2 AND published_at IS NOT NULL
UNION ALL
SELECT d.published_by, coalesce(d.organisation_id, h.organisation_id) FROM disclosures d
LEFT JOIN event_organisations h ON h.event_id = d.event_id AND h.part = 'host' AND h.removed_at IS NULL
WHERE $1 = 'disclosure' AND d.number = $2
LIMIT 1
