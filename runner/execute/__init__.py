"""Carries out a plan: alone decides when, never what."""
