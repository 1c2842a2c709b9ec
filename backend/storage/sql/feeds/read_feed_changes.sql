-- read_feed_changes: [read] facts of organisations that are not what the feed said last, and those that are no more.
-- An organisation that has not told its own code yet is not in it; one that only applied is nobody's business.
-- $1 facts at most; $2 today
WITH facts AS (
    SELECT 'organisation/' || code AS subject, jsonb_build_object(
            'type', 'organisation', 'code', code, 'is_withdrawn', false,
            'name', jsonb_build_object('zh-CN', name_zh, 'en', name_en),
            'kinds', (SELECT jsonb_agg(kind ORDER BY kind) FROM unnest(kinds) AS kind),
            'subject', CASE WHEN kinds && ARRAY['verifier', 'credit_developer'] THEN 'third_party'
                WHEN 'platform' = ANY (kinds) THEN 'platform' ELSE 'implementer' END,
            'state', state, 'score', rated.score::text, 'stars', rated.stars,
            'criteria_version', rated.criteria_version, 'rated_on', rated.as_of::text) AS facts
    FROM organisations
    LEFT JOIN LATERAL (
        -- The newest result alone: where it says that there is too little to rate, nothing is.
        SELECT score, stars, CASE WHEN score IS NOT NULL THEN criteria_version END AS criteria_version,
            CASE WHEN score IS NOT NULL THEN as_of END AS as_of
        FROM credit_scores
        WHERE organisation_id = organisations.id AND organisations.state = 'active'
        ORDER BY id DESC LIMIT 1
    ) AS rated ON true
    WHERE state IN ('active', 'suspended', 'closed') AND code !~ '^N-'
    UNION ALL
    SELECT 'event/' || events.slug || '/' || organisations.code, jsonb_build_object(
            'type', 'event_neutrality', 'code', organisations.code, 'is_withdrawn', false, 'slug', events.slug,
            'kind', events.kind, 'part', running.part,
            'starts_on', (events.starts_at AT TIME ZONE 'Asia/Shanghai')::date::text,
            'ends_on', (events.ends_at AT TIME ZONE 'Asia/Shanghai')::date::text, 'state', events.state,
            'has_reached_target', events.evaluation -> 'has_reached_target',
            'is_partial', events.evaluation -> 'is_partial',
            'claim', CASE WHEN jsonb_typeof(events.evaluation -> 'claim') = 'object' THEN
                jsonb_build_object('zh-CN', events.evaluation -> 'claim' -> 'zh-CN',
                    'en', events.evaluation -> 'claim' -> 'en') END,
            'disclosure_number', (SELECT number FROM disclosures WHERE disclosures.event_id = events.id
                ORDER BY sequence DESC LIMIT 1),
            'standard', events.evaluation -> 'claim' -> 'standard')
    FROM event_organisations AS running
    JOIN events ON events.id = running.event_id
    JOIN organisations ON organisations.id = running.organisation_id
    WHERE running.removed_at IS NULL AND events.state NOT IN ('draft', 'submitted', 'rejected')
        AND organisations.state IN ('active', 'suspended', 'closed') AND organisations.code !~ '^N-'
    UNION ALL
    SELECT 'list/' || entry.list || '/' || organisations.code, jsonb_build_object(
            'type', 'list_entry', 'code', organisations.code, 'is_withdrawn', false, 'list', entry.list,
            'rule', entry.rule, 'valid_from', entry.valid_from::text, 'valid_to', entry.valid_to::text)
    FROM list_entries AS entry
    JOIN organisations ON organisations.id = entry.organisation_id
    WHERE entry.state = 'published' AND organisations.state IN ('active', 'suspended', 'closed') AND organisations.code !~ '^N-'
        AND entry.valid_from <= $2::date AND (entry.valid_to IS NULL OR entry.valid_to >= $2::date)
), said AS (
    SELECT DISTINCT ON (subject) subject, facts, facts_digest FROM feed_items ORDER BY subject, sequence DESC
), now_so AS (
    SELECT coalesce(facts.subject, said.subject) AS subject, said.facts_digest AS said_digest,
        coalesce(facts.facts, said.facts || '{"is_withdrawn": true}') AS facts
    FROM facts FULL JOIN said ON said.subject = facts.subject
)
SELECT subject, facts::text AS facts, sha256(convert_to(facts::text, 'UTF8')) AS digest
FROM now_so
WHERE said_digest IS DISTINCT FROM sha256(convert_to(facts::text, 'UTF8'))
ORDER BY subject
LIMIT $1
