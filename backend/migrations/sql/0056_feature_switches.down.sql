-- 0056, taken back: every feature is on.
DROP TABLE IF EXISTS feature_switches;
