"""How values look on a terminal, in a pull request or to a machine: values in, text out."""
