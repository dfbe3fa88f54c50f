"""Recipes: text in, a checked ``ParsedRecipe`` or every mistake in it out."""
