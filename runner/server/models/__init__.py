"""The models that this server offers."""
