DROP FUNCTION IF EXISTS folded_search(text);
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_result_known;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_result_known CHECK (result IN ('ok', 'malformed', 'forged', 'unknown',
    'not_joined', 'no_badge', 'expired', 'pass_offline', 'revoked', 'replaced', 'blocked', 'bound_to_another',
    'wrong_event', 'wrong_gate', 'wrong_category', 'outside_window', 'not_running', 'already_inside', 'not_inside',
    'overridden', 'device_revoked')) NOT VALID;
