-- lock_organisation_alone: [lock] an organisation, after whatever is begun for it now.
-- $1 id uuid
SELECT id FROM organisations WHERE id = $1 FOR UPDATE
