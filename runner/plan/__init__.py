"""From a parsed recipe to the actions it means, their keys, prices and decisions; pure values."""
