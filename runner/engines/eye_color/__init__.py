"""The local engine for ``runflow/eye-color``: every visible iris of every face in another color."""
