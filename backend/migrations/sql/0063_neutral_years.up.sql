-- 0063: the year of a venue, an enterprise or an institution goes the way of an event: whose it is, which months, what it includes.
-- Works with the code that is running; may be run twice (IF NOT EXISTS); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- The organisation that answers for a scene; only its members file the scene's year.
ALTER TABLE scenes ADD COLUMN IF NOT EXISTS organisation_id uuid;

-- One row for each event whose template is a year. `within` is the enterprise's or institution's year that counts this
-- venue's year: one column, so that no venue's year is counted in two.
CREATE TABLE IF NOT EXISTS event_years (
    event_id         uuid NOT NULL,
    organisation_id  uuid NOT NULL,
    scene_id         uuid,
    starts_on        date NOT NULL,
    ends_on          date NOT NULL,
    within           uuid,
    CONSTRAINT event_years_pkey PRIMARY KEY (event_id),
    CONSTRAINT event_years_event_id_fkey FOREIGN KEY (event_id) REFERENCES events (id),
    CONSTRAINT event_years_organisation_id_fkey FOREIGN KEY (organisation_id) REFERENCES organisations (id),
    CONSTRAINT event_years_scene_id_fkey FOREIGN KEY (scene_id) REFERENCES scenes (id),
    CONSTRAINT event_years_within_fkey FOREIGN KEY (within) REFERENCES event_years (event_id),
    CONSTRAINT event_years_within_another CHECK (within <> event_id),
    CONSTRAINT event_years_twelve_months CHECK (
        extract(day FROM starts_on) = 1 AND ends_on = (starts_on + interval '1 year - 1 day')::date)
);
CREATE INDEX IF NOT EXISTS event_years_of_organisation ON event_years (organisation_id);
CREATE INDEX IF NOT EXISTS event_years_of_whole ON event_years (within) WHERE within IS NOT NULL;

-- The months that a scene's or an organisation's year takes: one year in each month. A rejected year gives them up.
CREATE TABLE IF NOT EXISTS event_year_months (
    subject   uuid NOT NULL,
    month     date NOT NULL,
    event_id  uuid NOT NULL,
    CONSTRAINT event_year_months_once PRIMARY KEY (subject, month),
    CONSTRAINT event_year_months_event_id_fkey FOREIGN KEY (event_id) REFERENCES event_years (event_id),
    CONSTRAINT event_year_months_first_day CHECK (extract(day FROM month) = 1)
);
CREATE INDEX IF NOT EXISTS event_year_months_of_event ON event_year_months (event_id);

ALTER TABLE events DROP CONSTRAINT IF EXISTS events_template_known;
ALTER TABLE events ADD CONSTRAINT events_template_known
    CHECK (template IN ('annual_meeting', 'venue_year', 'enterprise_year', 'institution_year')) NOT VALID;
ALTER TABLE events VALIDATE CONSTRAINT events_template_known;

-- Categories 1 to 6 of ISO 14064-1:2018 beside the nine groups of an event.
ALTER TABLE inventory_lines DROP CONSTRAINT IF EXISTS inventory_lines_grouping_known;
ALTER TABLE inventory_lines ADD CONSTRAINT inventory_lines_grouping_known CHECK (grouping IN ('production_and_materials',
    'freight', 'food_and_beverage', 'travel', 'accommodation', 'local_transport', 'energy', 'waste', 'digital',
    'direct', 'imported_energy', 'transport', 'purchased_goods', 'use_of_products', 'other_indirect')) NOT VALID;
ALTER TABLE inventory_lines VALIDATE CONSTRAINT inventory_lines_grouping_known;
ALTER TABLE inventory_absences DROP CONSTRAINT IF EXISTS inventory_absences_grouping_optional;
ALTER TABLE inventory_absences ADD CONSTRAINT inventory_absences_grouping_optional CHECK (grouping IN (
    'production_and_materials', 'freight', 'digital',
    'transport', 'purchased_goods', 'use_of_products', 'other_indirect')) NOT VALID;
ALTER TABLE inventory_absences VALIDATE CONSTRAINT inventory_absences_grouping_optional;
ALTER TABLE inventory_measures DROP CONSTRAINT IF EXISTS inventory_measures_grouping_known;
ALTER TABLE inventory_measures ADD CONSTRAINT inventory_measures_grouping_known CHECK (grouping IN ('production_and_materials',
    'freight', 'food_and_beverage', 'travel', 'accommodation', 'local_transport', 'energy', 'waste', 'digital',
    'direct', 'imported_energy', 'transport', 'purchased_goods', 'use_of_products', 'other_indirect')) NOT VALID;
ALTER TABLE inventory_measures VALIDATE CONSTRAINT inventory_measures_grouping_known;
