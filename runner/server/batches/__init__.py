"""Batches: many runs of one model, admitted together."""
