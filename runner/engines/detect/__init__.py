"""Masks found in a photo: its faces, its irises."""
