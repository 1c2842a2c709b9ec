DROP TABLE IF EXISTS gate_overrides;
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_overridden_has_a_badge;
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_refused_online;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_refused_online
    CHECK (is_offline OR result = 'ok' OR NOT is_admitted) NOT VALID;
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_ok_is_admitted;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_ok_is_admitted CHECK (result <> 'ok' OR is_admitted);
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_result_known;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_result_known CHECK (result IN ('ok', 'malformed', 'forged', 'unknown',
    'not_joined', 'no_badge', 'expired', 'pass_offline', 'revoked', 'blocked', 'bound_to_another', 'wrong_event',
    'wrong_gate', 'wrong_category', 'outside_window', 'not_running', 'already_inside', 'not_inside',
    'device_revoked')) NOT VALID;
ALTER TABLE gate_settings DROP COLUMN IF EXISTS hours;
DROP TABLE IF EXISTS entry_settings;
DROP INDEX IF EXISTS badges_by_first;
ALTER TABLE badges DROP COLUMN IF EXISTS holder_serial, DROP COLUMN IF EXISTS first_serial;
