"""What leaves the association: mailings, templates, purposes."""
