-- audit_zero_sum: [read] accounts must sum to zero; a transfer's accounts must exist, and one of them be the citizen's.
SELECT 'sum of all balances' AS what, sum(balance)::text AS found FROM accounts HAVING sum(balance) <> 0
UNION ALL
SELECT 'transfer ' || t.id, 'an account is missing'
FROM transfers t
LEFT JOIN accounts d ON d.id = t.debit_account
LEFT JOIN accounts c ON c.id = t.credit_account
WHERE d.id IS NULL OR c.id IS NULL OR t.citizen_id NOT IN (t.debit_account, t.credit_account)
