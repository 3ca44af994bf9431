"""Cards: everything about one person, company, event, venue or committee on one page, section by section."""
