"""Where models run: each provider takes bytes and gives bytes, in two verbs."""
