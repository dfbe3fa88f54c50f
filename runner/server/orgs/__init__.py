"""Organizations: whose objects are whose; each has one or more keys."""
