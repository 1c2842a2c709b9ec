-- read_feature_switches: [read] the newest confirmed switch of each feature and city.
SELECT DISTINCT ON (feature, city) feature, city, phase, people_pct, uses_per_day_max FROM feature_switches
WHERE decision = 'confirmed' ORDER BY feature, city, decided_at DESC, id DESC
