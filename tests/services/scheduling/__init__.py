"""The journal of the scheduler, what is due, alarms."""
