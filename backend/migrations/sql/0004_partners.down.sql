DROP TABLE IF EXISTS waiting_items, binding_codes, source_grants, partner_keys, partners;
