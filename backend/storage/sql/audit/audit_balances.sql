-- audit_balances: [read] every balance is the sum of its entries; a citizen's is not negative.
WITH entries AS (
    SELECT credit_account AS account, points FROM transfers
    UNION ALL
    SELECT debit_account, -points FROM transfers
), sums AS (
    SELECT account, sum(points) AS points FROM entries GROUP BY account
)
SELECT a.id, a.kind, a.balance, coalesce(s.points, 0) AS entries
FROM accounts a LEFT JOIN sums s ON s.account = a.id
WHERE a.balance <> coalesce(s.points, 0) OR (a.kind = 'citizen' AND a.balance < 0)
