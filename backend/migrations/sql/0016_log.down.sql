DROP VIEW IF EXISTS certified_offsets;
DROP INDEX IF EXISTS offsets_by_age, offset_changes_by_age, journey_revisions_by_age;
DROP TABLE IF EXISTS certificate_names, log_heads, log_keys, log_nodes, log_entries;
