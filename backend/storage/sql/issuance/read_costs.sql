-- read_costs: [read] what a point costs by the budgets that say so: the least, and the mean by what they issued.
SELECT min(yuan_per_point) AS least,
       sum(yuan_per_point * greatest(issued_points, 1)) / sum(greatest(issued_points, 1)) AS mean
FROM issuance_budgets WHERE yuan_per_point IS NOT NULL
