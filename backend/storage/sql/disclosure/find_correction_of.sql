-- find_correction_of: [read] the release that corrects another.
-- $1 number text
SELECT number FROM disclosures WHERE corrects = $1
