-- read_published_content: [read] which versions of articles and questions are published.
-- $1 known uuid[]  Ids that the caller has: their bodies are not sent again.
SELECT id, kind, slug, version, is_withdrawal, effective_from, body::text AS body
FROM content_versions WHERE state = 'published' AND id <> ALL($1)
