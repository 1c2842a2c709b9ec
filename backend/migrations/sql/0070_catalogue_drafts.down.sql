-- 0070, taken back: what was published of the drafts stays in catalogue_entries.
DROP TABLE IF EXISTS catalogue_drafts;
