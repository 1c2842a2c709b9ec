-- 0033, taken back: staff work at every event again.
DROP TABLE IF EXISTS event_members;
