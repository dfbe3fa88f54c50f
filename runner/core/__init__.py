"""Words that every part shares; frozen values, no behavior beyond their own."""
