-- 0067, taken back: no periods of people's lives. Programmes that there are stay as events, so the check is NOT VALID.
DROP TRIGGER IF EXISTS merged_accounts_move_periods ON merged_accounts;
DROP FUNCTION IF EXISTS move_personal_periods();
DROP TABLE IF EXISTS personal_period_months, personal_periods;
DROP FUNCTION IF EXISTS refuse_period_change();
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_boundary_known;
ALTER TABLE events ADD CONSTRAINT events_boundary_known CHECK (boundary IN ('core', 'extended')) NOT VALID;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_template_known;
ALTER TABLE events ADD CONSTRAINT events_template_known
    CHECK (template IN ('annual_meeting', 'venue_year', 'enterprise_year', 'institution_year')) NOT VALID;
