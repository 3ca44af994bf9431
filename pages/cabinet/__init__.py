"""The cabinet: a member's own place. Whose data it shows follows from the session alone."""
