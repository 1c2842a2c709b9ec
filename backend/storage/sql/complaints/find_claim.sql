-- find_claim: [read] whether a claim is public: a certificate with this number, a published report of this event; and
-- who published it.
-- $1 about text  $2 certificate's number or event's slug text
SELECT NULL::uuid AS decided_by FROM offsets WHERE $1 = 'certificate' AND certificate_number = $2
UNION ALL
(SELECT r.made_by FROM events e JOIN event_reports r ON r.event_id = e.id
 WHERE $1 = 'event_report' AND e.slug = $2 ORDER BY r.revision DESC LIMIT 1)
LIMIT 1
