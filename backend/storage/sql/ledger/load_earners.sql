-- load_earners: [read] from when on these accounts earn points; null where no age was told. They are locked before.
-- $1 id uuid[]
SELECT id, earns_from FROM accounts WHERE id = ANY ($1::uuid[])
