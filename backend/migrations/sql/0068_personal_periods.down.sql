-- 0068, taken back: no periods of people's lives. Programmes that there are stay as events, so the check is NOT VALID.
DROP TRIGGER IF EXISTS merged_accounts_move_periods ON merged_accounts;
DROP FUNCTION IF EXISTS move_personal_periods();
DROP TABLE IF EXISTS personal_period_months, personal_periods;
DROP FUNCTION IF EXISTS refuse_period_change();
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_boundary_known;
ALTER TABLE events ADD CONSTRAINT events_boundary_known CHECK (boundary IN ('core', 'extended')) NOT VALID;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_template_known;
ALTER TABLE events ADD CONSTRAINT events_template_known
    CHECK (template IN ('annual_meeting', 'venue_year', 'enterprise_year', 'institution_year')) NOT VALID;

CREATE OR REPLACE FUNCTION search_event() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $event$
BEGIN
    IF NEW.state IN ('draft', 'submitted', 'rejected') THEN
        DELETE FROM search_items WHERE kind = 'event' AND key = NEW.slug;
    ELSE
        PERFORM put_search_item('event', NEW.slug, NEW.id, NEW.starts_at, NEW.name_zh, NEW.name_en, ARRAY[NEW.code],
            ARRAY[NEW.city], jsonb_build_object('sort', NEW.kind, 'city', NEW.city, 'agency', NEW.agency,
                'year', extract(year FROM NEW.starts_at AT TIME ZONE 'Asia/Shanghai'), 'state', NEW.state,
                'is_demonstration', NEW.is_demonstration));
    END IF;
    RETURN NULL;
END
$event$;
