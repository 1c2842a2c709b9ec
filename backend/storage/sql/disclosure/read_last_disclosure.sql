-- read_last_disclosure: [read] the end of the chain.
SELECT sequence, number, sha256 FROM disclosures ORDER BY sequence DESC LIMIT 1
