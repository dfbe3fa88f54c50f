"""Pixels in, pixels or numbers out; the only user of an image codec."""
