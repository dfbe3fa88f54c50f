"""Model cards: what a model is called, takes, costs and gives, and how it is asked."""
