"""What the product is measured against: a bare endpoint, the scan without its database, the scan with an ORM."""
