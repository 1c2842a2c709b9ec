-- audit_rights: [read] rights of the current role on append-only tables that it must not have, owner's included.
SELECT t.name AS table_name, r.name AS right_name
FROM unnest(ARRAY['transfers', 'allocations', 'offsets', 'attendances', 'footprints', 'actions',
                  'staff_actions', 'catalogue_entries', 'reversals', 'claims', 'donations', 'partner_items', 'redemptions', 'verifications',
                  'journey_revisions', 'offset_waits', 'offset_wait_ends', 'offset_changes', 'offset_releases',
                  'offset_payments', 'event_steps', 'event_documents', 'inventory_lines', 'inventory_people',
                  'inventory_absences', 'inventory_measures', 'issuance_budget_changes', 'pending_points',
                  'pending_point_ends', 'account_moves', 'merged_accounts']) AS t (name)
CROSS JOIN unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS r (name)
WHERE has_table_privilege(current_user, t.name, r.name)
   OR (r.name = 'UPDATE' AND has_any_column_privilege(current_user, t.name, 'UPDATE'))
UNION ALL
SELECT 'tables of role', current_user::text FROM pg_class c JOIN pg_roles o ON o.oid = c.relowner
WHERE c.relname = 'transfers' AND o.rolname = current_user
UNION ALL
SELECT 'accounts', 'UPDATE (balance)' WHERE has_column_privilege(current_user, 'accounts', 'balance', 'UPDATE')
UNION ALL
SELECT 'transfers', 'a trigger that moves balances'
WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = 'transfers_move_balances' AND tgenabled IN ('O', 'A'))
UNION ALL
SELECT c.table_name, 'INSERT (' || c.column_name || ')' FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.column_name = 'written_at'
    AND has_column_privilege(current_user, quote_ident(c.table_name), c.column_name, 'INSERT')
