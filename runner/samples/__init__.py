"""Sample projects for `runner init`: recipes of this package, photos of an installed one."""
