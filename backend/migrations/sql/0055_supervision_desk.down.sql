-- 0055, taken back: nothing is acknowledged, sampled or inspected.
DROP TABLE IF EXISTS inspection_entries, inspections, certificate_checks, certificate_samples, alert_acknowledgements;
DROP INDEX IF EXISTS regulator_remits_once;
ALTER TABLE regulator_remits DROP COLUMN IF EXISTS city_en;
