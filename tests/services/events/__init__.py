"""Events, guests, speakers, venues, the calendar."""
