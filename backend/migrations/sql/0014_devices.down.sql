DROP TABLE IF EXISTS presence, gate_scans, badge_blocks, gate_settings, devices;
