DROP VIEW IF EXISTS retirement_facts;
