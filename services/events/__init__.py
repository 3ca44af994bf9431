"""Events of every kind: their cards, guests, speakers, places and the calendar."""
