"""The local models: arrays in, arrays out, no files."""
