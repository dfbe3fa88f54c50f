"""Paths that are one another's beginning."""

from starlette.routing import Match, Route
from starlette.types import Scope


class WholeRoute(Route):
    """A path that no other route answers: a method that it does not take is a 405, whatever stands behind it.

    Starlette would go on to look for a route with that method, and find one whose pattern takes in this path too.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        return (Match.FULL if match is Match.PARTIAL else match), child
