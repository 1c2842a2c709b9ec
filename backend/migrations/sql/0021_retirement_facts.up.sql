-- What the log tells of a batch: what seals it and what audits it look at the same facts.
CREATE OR REPLACE VIEW retirement_facts AS
SELECT id AS batch_id, jsonb_strip_nulls(jsonb_build_object(
           'status', status, 'product', product, 'project_name', project_name, 'vintage', vintage,
           'vintage_start', vintage_start, 'vintage_end', vintage_end, 'quantity_t', quantity_t,
           'retirement_ref', retirement_ref, 'retired_on', retired_on, 'registry', registry,
           'methodology', methodology, 'monitoring_period', monitoring_period, 'registration_no', registration_no,
           'registry_serial_from', registry_serial_from, 'registry_serial_to', registry_serial_to,
           'purpose', purpose, 'beneficiary', beneficiary, 'proof_sha256', proof_sha256, 'void_reason', void_reason
       )) AS facts
FROM credit_batches;
