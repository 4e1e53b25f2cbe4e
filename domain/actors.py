"""Who is asking: settled once per update, then carried everywhere."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a membership allows: the first two towards a company, the others in the office."""

    MEMBER = "member"
    AGENT = "agent"
    OFFICER = "officer"
    HEAD = "head"
    DUTY = "duty"
    EDITOR = "editor"
    ADMIN = "admin"


COMPANY_ROLES = frozenset({Role.MEMBER, Role.AGENT})
OFFICE_ROLES = frozenset(Role) - COMPANY_ROLES
#: Roles that handle tickets; a stand-in gets these, never an editor's or an administrator's.
TICKET_ROLES = frozenset({Role.OFFICER, Role.HEAD, Role.DUTY})


class Hat(StrEnum):
    """In private chats a person with both speaks either as company or as office."""

    COMPANY = "company"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Grant:
    """An office role; `department` is None where the role spans the whole office."""

    role: Role
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Actor:
    """A person with the companies and office roles they hold at this moment.

    `client_ids` are those of the companies for which the person is only an agent. `stands_in_for`
    are colleagues who are away and in whose place the person acts; `grants` hold their roles too.
    """

    person_id: int
    name: str
    locale: str
    consented: bool = False
    company_id: int | None = None
    company_ids: frozenset[int] = frozenset()
    client_ids: frozenset[int] = frozenset()
    grants: frozenset[Grant] = frozenset()
    hat: Hat = Hat.COMPANY
    stands_in_for: frozenset[int] = frozenset()

    def holds(self, role: Role, department: str | None = None) -> bool:
        """Whether the role is held, for this department where one is named."""
        return any(
            grant.role is role and (department is None or grant.department in {None, department})
            for grant in self.grants
        )

    @property
    def is_agent(self) -> bool:
        """Whether the company spoken for is a client's."""
        return self.company_id in self.client_ids

    @property
    def in_office(self) -> bool:
        return bool(self.grants)

    @property
    def handles_tickets(self) -> bool:
        """Whether the person does casework: neither an editor's nor an administrator's alone."""
        return any(grant.role in TICKET_ROLES for grant in self.grants)

    @property
    def is_admin(self) -> bool:
        return self.holds(Role.ADMIN)

    @property
    def edits(self) -> bool:
        """Policy editors, and administrators where there is no second editor."""
        return self.is_admin or self.holds(Role.EDITOR)

    @property
    def is_duty(self) -> bool:
        return self.holds(Role.DUTY)

    def works_for(self, department: str) -> bool:
        """Officer or head of the department, or duty desk, which sees all."""
        return (
            self.is_duty
            or self.holds(Role.OFFICER, department)
            or self.holds(Role.HEAD, department)
        )

    def acts_for(self, person_id: int | None) -> bool:
        """Whether the work of that person is this one's: the own, or that of whom they stand in
        for."""
        return person_id == self.person_id or person_id in self.stands_in_for

    def heads(self, department: str) -> bool:
        return self.holds(Role.HEAD, department)

    @property
    def departments(self) -> frozenset[str]:
        """Departments whose work this person does or leads."""
        return frozenset(grant.department for grant in self.grants if grant.department)
