"""The road from an empty database to the present tables; run by services/migrate.py."""
