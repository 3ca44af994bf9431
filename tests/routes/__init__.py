"""Routes of the real application, gate included."""
