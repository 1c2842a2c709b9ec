-- read_published: [read] methods and points rules as they were published, numbers as text keeps them.
SELECT kind, id, version, body::text AS body FROM catalogue_entries WHERE kind IN ('method', 'points_rule')
