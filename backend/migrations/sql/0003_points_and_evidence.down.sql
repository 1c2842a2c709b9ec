DROP TABLE IF EXISTS partner_items, scenes, reviews, donations, claims, causes, reversals, action_sums, lots;
CREATE INDEX IF NOT EXISTS actions_by_method_and_day ON actions (citizen_id, method, day);
DROP INDEX IF EXISTS actions_by_day;
ALTER TABLE actions DROP COLUMN IF EXISTS ended_at, DROP COLUMN IF EXISTS scene_id, DROP COLUMN IF EXISTS scene_kind,
    DROP COLUMN IF EXISTS partner_id, DROP COLUMN IF EXISTS point_rule, DROP COLUMN IF EXISTS reductions;
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_lot_begins_a_month;
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_once_per_source;
DROP INDEX IF EXISTS transfers_besides_actions;
ALTER TABLE transfers DROP COLUMN IF EXISTS expires_on;
ALTER TABLE transfers ADD CONSTRAINT transfers_once_per_source UNIQUE (citizen_id, source_id, reason);
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_reason_known;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_known CHECK (reason IN ('action', 'event_join')) NOT VALID;
DELETE FROM accounts WHERE id IN ('00000000-0000-7000-8000-000000000002', '00000000-0000-7000-8000-000000000003')
    AND balance = 0;
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_kind_known;
ALTER TABLE accounts ADD CONSTRAINT accounts_kind_known CHECK (kind IN ('citizen', 'issuance')) NOT VALID;
