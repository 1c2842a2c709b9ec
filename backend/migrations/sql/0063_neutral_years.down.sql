-- 0063, taken back: events have no years. Lines of years that people wrote meanwhile stay, so the checks are NOT VALID.
DROP TABLE IF EXISTS event_year_months, event_years;
ALTER TABLE scenes DROP COLUMN IF EXISTS organisation_id;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_template_known;
ALTER TABLE events ADD CONSTRAINT events_template_known CHECK (template IN ('annual_meeting')) NOT VALID;
ALTER TABLE inventory_lines DROP CONSTRAINT IF EXISTS inventory_lines_grouping_known;
ALTER TABLE inventory_lines ADD CONSTRAINT inventory_lines_grouping_known CHECK (grouping IN ('production_and_materials',
    'freight', 'food_and_beverage', 'travel', 'accommodation', 'local_transport', 'energy', 'waste', 'digital')) NOT VALID;
ALTER TABLE inventory_absences DROP CONSTRAINT IF EXISTS inventory_absences_grouping_optional;
ALTER TABLE inventory_absences ADD CONSTRAINT inventory_absences_grouping_optional
    CHECK (grouping IN ('production_and_materials', 'freight', 'digital')) NOT VALID;
ALTER TABLE inventory_measures DROP CONSTRAINT IF EXISTS inventory_measures_grouping_known;
ALTER TABLE inventory_measures ADD CONSTRAINT inventory_measures_grouping_known CHECK (grouping IN ('production_and_materials',
    'freight', 'food_and_beverage', 'travel', 'accommodation', 'local_transport', 'energy', 'waste', 'digital')) NOT VALID;
