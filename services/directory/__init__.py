"""People, companies, membership, committees, venues."""
