"""What a person wrote, with the place of every piece: YAML texts, and the nearest right name to a wrong one."""
