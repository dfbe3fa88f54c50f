"""`runner serve`: the HTTP API of Runflow over the engines of this machine."""
