-- 0061, taken back.
DROP TABLE IF EXISTS credit_objections;
DROP TABLE IF EXISTS credit_scores;
