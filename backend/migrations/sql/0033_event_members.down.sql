-- 0033, taken back: staff work at every event again, and one person approves a photo.
DROP TABLE IF EXISTS review_confirmations;
DROP TABLE IF EXISTS event_members;
