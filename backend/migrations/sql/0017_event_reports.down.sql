DROP INDEX IF EXISTS actions_by_event;
DROP TABLE IF EXISTS event_reports;
