-- read_pinned_method: [read] a version of a method as it was published.
-- $1 code text  $2 version text
SELECT body::text AS body FROM catalogue_entries WHERE kind = 'method' AND id = $1 AND version = $2
