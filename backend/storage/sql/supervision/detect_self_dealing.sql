-- detect_self_dealing: [read] organisations that develop the credits of an event they run, or verify its account, or share
-- members with its verifier. A verifier is found by the name or the code that its report gives.
-- $1 since timestamptz
WITH runs AS (
    SELECT e.id AS event_id, e.slug, e.evaluation ->> 'verifier' AS verifier, o.organisation_id
    FROM events e JOIN event_organisations o ON o.event_id = e.id AND o.removed_at IS NULL
    WHERE e.ends_at >= $1
), verifiers AS (
    SELECT r.event_id, v.id AS verifier_id FROM runs r
    JOIN organisations v ON r.verifier IN (v.code, v.name_zh, v.name_en) AND v.state IN ('active', 'suspended')
), found AS (
    SELECT r.event_id, r.slug, r.organisation_id, 'developer' AS how FROM runs r
    JOIN pools p ON p.event_id = r.event_id JOIN credit_batches b ON b.id = p.batch_id
    WHERE b.developer_id = r.organisation_id
    UNION
    SELECT r.event_id, r.slug, r.organisation_id, 'verifier' FROM runs r
    JOIN verifiers v ON v.event_id = r.event_id AND v.verifier_id = r.organisation_id
    UNION
    SELECT r.event_id, r.slug, r.organisation_id, 'people' FROM runs r
    JOIN verifiers v ON v.event_id = r.event_id AND v.verifier_id <> r.organisation_id
    JOIN organisation_members mine ON mine.organisation_id = r.organisation_id AND mine.removed_at IS NULL
    JOIN organisation_members theirs ON theirs.organisation_id = v.verifier_id AND theirs.removed_at IS NULL
        AND theirs.staff_id = mine.staff_id
)
SELECT 'event:' || f.slug || ':' || o.code AS subject, f.organisation_id,
       jsonb_build_object('event', f.slug, 'how', jsonb_agg(DISTINCT f.how)) AS facts
FROM found f JOIN organisations o ON o.id = f.organisation_id
GROUP BY f.slug, o.code, f.organisation_id ORDER BY subject
