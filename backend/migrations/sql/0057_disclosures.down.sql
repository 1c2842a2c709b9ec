-- 0057, taken back: releases and their corrections. What the log says of them stays in the log.
DROP TABLE IF EXISTS disclosure_corrections, disclosures;
DROP FUNCTION IF EXISTS refuse_disclosure_change();
