"""Documents of people and companies."""
