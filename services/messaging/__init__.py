"""Everything that leaves the association: the gateway, templates, mailings, the outbox."""
