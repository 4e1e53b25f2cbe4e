"""Who may press what: each kind of button and each command is for one circle of people.

The circle is the outer door: it is asked once, before any handler runs. What somebody may do on one
ticket is decided by its life cycle (domain/tickets.py), and whose a thing is by the service that
opens it.
"""

from enum import StrEnum

from domain.actors import Actor, Role


class Circle(StrEnum):
    """Whom a button or a command is for."""

    EVERYBODY = "everybody"  # companies and the office alike; what is not one's own is not found
    CASEWORK = "casework"  # officers, heads, duty desk
    STAFF = "staff"  # the same and administrators: figures, leave, visits
    DESKS = "desks"  # heads and administrators: which group is whose
    OFFICE = "office"  # any role of the office
    EDITORS = "editors"  # policy editors, and administrators beside them
    ADMINS = "admins"


def admits(circle: Circle, actor: Actor) -> bool:
    """Whether somebody belongs to the circle at this moment."""
    match circle:
        case Circle.EVERYBODY:
            return True
        case Circle.CASEWORK:
            return actor.handles_tickets
        case Circle.STAFF:
            return actor.handles_tickets or actor.is_admin
        case Circle.DESKS:
            return actor.holds(Role.HEAD) or actor.is_admin
        case Circle.OFFICE:
            return actor.in_office
        case Circle.EDITORS:
            return actor.edits
        case Circle.ADMINS:
            return actor.is_admin
