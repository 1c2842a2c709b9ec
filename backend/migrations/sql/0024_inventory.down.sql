-- 0024, taken back: inventories go; the published reports keep their accounts.
DROP TABLE IF EXISTS inventory_measures;
DROP TABLE IF EXISTS inventory_absences;
DROP TABLE IF EXISTS inventory_people;
DROP TABLE IF EXISTS inventory_lines;
