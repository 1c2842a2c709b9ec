-- 0065, taken back: scenes are listed and not assessed.
DROP TABLE IF EXISTS scene_certifications;
