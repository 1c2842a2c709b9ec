DROP TABLE IF EXISTS medals, team_days, team_members, teams, profiles, consents;
