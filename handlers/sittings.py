"""Where a chat stands while a company describes itself: what is kept, what is only a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from domain.actors import Actor
from domain.clients import as_own
from domain.drafts import Draft, books_of, draft_of
from domain.errors import NotFound
from domain.fact_rows import (
    NEEDS,
    UNCLEAR,
    FactRow,
    as_document,
    from_document,
    rows_of_list,
    rows_of_profile,
)
from domain.facts import FactValue, Profile
from domain.matches import Match
from domain.plans import settled
from domain.understanding import Understanding, understand
from models import Company, Conversation, Person
from services import clients, companies, matching, ticket_drafts, watches
from services.companies import Known
from services.office import Office
from services.sittings import LOOK, STATES

AGENT = "agent"
"""The value of asks_as (咨询人身份) of somebody who asks for another company."""

_CARRIED = ("draft", "texts", "rows", "skipped", "trail", "parked", "client")


@dataclass
class Sitting:
    """One person's turn: who asks, where the chat stands, what the office is.

    `heard` is what was understood of sentences in this update, so that each is read once in it.
    """

    session: AsyncSession
    person: Person
    actor: Actor
    talk: Conversation
    office: Office
    now: datetime
    heard: dict[str, Understanding] = field(default_factory=dict)
    company: Company | None = field(default=None, init=False)
    _kept: Known | None = field(default=None, init=False)

    @property
    def state(self) -> str:
        """Where the company's own form stands, open or unsaved beside another one."""
        return self.talk.state if self.talk.state in STATES else self._beside["state"]

    @property
    def data(self) -> dict[str, Any]:
        """What the open question carries, or waits unsaved; nothing of other people's forms."""
        return self.talk.data if self.talk.state in STATES else self._beside["data"]

    @property
    def _beside(self) -> dict[str, Any]:
        return self.talk.unsaved or {"state": "", "data": {}}

    @property
    def is_unsaved(self) -> bool:
        """Whether something was said, or tapped, that is not kept."""
        return self.is_draft and bool(self.texts or self.rows)

    @property
    def is_draft(self) -> bool:
        """Whether what is said now is not kept: before the fact check is confirmed, or never."""
        return bool(self.data.get("draft")) or not self.actor.consented

    @property
    def texts(self) -> list[str]:
        """The sentences of the draft."""
        return list(self.data.get("texts", []))

    @property
    def rows(self) -> list[FactRow]:
        """The tapped answers of the draft."""
        return from_document(self.data.get("rows", []))

    @property
    def skipped(self) -> list[str]:
        """Facts skipped in this sitting."""
        return list(self.data.get("skipped", []))

    def turn_to(self, state: str, **changes: Any) -> None:
        """Ask the next thing; draft, skipped questions and the way back are carried along.

        Somebody else's open form is parked meanwhile.
        """
        carried = {name: self.data[name] for name in _CARRIED if name in self.data}
        if self._is_beside and not ticket_drafts.put_aside(self.talk):
            self.talk.drop_unsaved()
            carried["parked"] = {"state": self.talk.state, "data": self.talk.data}
        self.talk.turn_to(state, **{**carried, **changes})
        self.talk.updated_at = self.now

    def note(self, **changes: Any) -> None:
        """More of what the open question carries; somebody else's open form is parked."""
        self.turn_to(self.state or LOOK, **{**self.data, **changes})

    @property
    def _is_beside(self) -> bool:
        """Whether another form is open in the chat."""
        return bool(self.talk.state) and self.talk.state not in STATES

    def finish(self) -> None:
        """Nothing is asked any more; a draft that is only looked at stays for a while."""
        if self._is_beside:
            return
        if self.is_unsaved:
            self.turn_to(LOOK, draft=True)
        else:
            self.rest()

    def only_look(self) -> None:
        """Nothing of the draft is to be kept, whatever else is open in the chat."""
        if self._is_beside and self.is_unsaved:
            self.talk.keep(unsaved={"state": LOOK, "data": self.data})
        self.finish()

    def rest(self) -> None:
        """Nothing of ours is open any more; a parked form is taken up again."""
        if self._is_beside:
            self.talk.drop_unsaved()
            return
        parked = self.data.get("parked")
        self.talk.rest()
        if parked:
            self.talk.turn_to(parked["state"], **parked["data"])

    @property
    def new_client(self) -> str | None:
        """The name of a client of whom nothing is kept yet; None when it is about no such one."""
        name = self.data.get("client")
        return str(name) if name is not None else None

    @property
    def is_for_client(self) -> bool:
        """Whether it is a client who is spoken for."""
        return self.new_client is not None or self.actor.is_agent

    def understood(self, text: str) -> Understanding:
        """What a sentence says; what is said of a client is read as the client's own."""
        said = as_own(text) if self.is_for_client else text
        if said not in self.heard:
            today, books = self.office.today(self.now), books_of(self.office.catalogue)
            self.heard[said] = understand(said, today, books)
        return self.heard[said]

    def draft(self) -> Draft:
        """What was said and is not kept."""
        heard = [self.understood(text) for text in self.texts]
        said = draft_of(heard, self.rows, self.office.catalogue.facts)
        if not self.is_for_client:
            return said
        of_client = {key: value for key, value in said.profile.values.items() if value != AGENT}
        return replace(said, profile=Profile(of_client))

    async def kept(self) -> Known:
        """What is kept of the company the person speaks for; read anew once something was kept."""
        if self.new_client is not None:
            return Known(Profile())
        company = self.company or await companies.of_actor(self.session, self.actor)
        if company is None:
            return Known(Profile())
        if self._kept is None or self._kept.company is not company:
            facts = self.office.catalogue.facts
            self._kept = await companies.known_of(self.session, company, facts)
        return self._kept

    async def known(self) -> Known:
        """What is kept, with the draft laid over it while there is one."""
        kept = await self.kept()
        if not (self.is_draft and self.data):
            return kept
        draft = self.draft()
        return Known(
            profile=kept.profile.with_facts(draft.profile),
            needs=tuple(dict.fromkeys((*draft.needs, *kept.needs))),
            unclear=(*kept.unclear, *draft.unclear),
            judged=kept.judged,
        )

    async def match(self, known: Known | None = None) -> Match:
        """The whole catalogue before what is known."""
        found = await matching.match_of(
            self.session,
            self.office.catalogue,
            known or await self.known(),
            today=self.office.today(self.now),
            skipped=self.skipped,
        )
        if not self.is_for_client:
            return found
        return replace(found, for_client=True, company=found.company or self.new_client or "")

    async def say(self, key: str, value: FactValue) -> None:
        """Take an answer: into the draft, or kept at once.

        Raises NotFound for what only an officer can say.
        """
        spec = self.office.catalogue.facts[key]
        if spec.officers_only:
            raise NotFound
        if self.is_draft:
            today = self.office.today(self.now)
            said = settled(Profile({key: value}), self.draft().profile, today)
            self._lay(list(rows_of_profile(said, self.office.catalogue.facts)))
            return
        await self.keep(Profile({key: value}))

    async def say_needs(self, needs: Sequence[str]) -> None:
        """Take the needs: into the draft, or kept at once."""
        if self.is_draft:
            before = self.draft().needs
            self._lay(list(rows_of_list(NEEDS, needs, before)))
            return
        await self.keep(Profile(), needs=needs)

    async def say_unclear(self, key: str) -> None:
        """不清楚: not asked again until something is said of it."""
        if self.is_draft:
            self._lay(list(rows_of_list(UNCLEAR, [key])))
            return
        company = await self.company_or_new()
        self._kept = None
        await companies.leave_unclear(
            self.session, company, key, person_id=self.person.id, now=self.now
        )

    def _lay(self, rows: list[FactRow]) -> None:
        self.note(draft=True, rows=as_document([*self.rows, *rows]))

    async def company_or_new(self) -> Company:
        """The company the person speaks for; an unnamed one when there is none yet."""
        if self.company is None and self.new_client is not None:
            self.company = await self.begin_client(self.new_client)
        self.company = self.company or await companies.of_actor(self.session, self.actor)
        if self.company is None:
            self.company = await companies.create(self.session, self.person, now=self.now)
        return self.company

    async def begin_client(self, name: str) -> Company:
        """A new client, for whom the person speaks from now on."""
        client = await clients.begin(self.session, self.person, name=name, now=self.now)
        self.actor = replace(
            self.actor,
            company_id=client.id,
            company_ids=self.actor.company_ids | {client.id},
            client_ids=self.actor.client_ids | {client.id},
        )
        return client

    async def take_back(self, key: str) -> None:
        """Forget a fact that is kept. Raises NotFound for what is not the person's to forget."""
        company = await companies.require(self.session, self.actor)
        self._kept = None
        await companies.take_back(
            self.session,
            company,
            key,
            self.office.catalogue.facts,
            person_id=self.person.id,
            now=self.now,
            today=self.office.today(self.now),
        )

    async def keep(self, said: Profile, *, needs: Sequence[str] | None = None) -> None:
        """Keep facts and needs, and tell colleagues who wait for a measure to fit."""
        company, facts = await self.company_or_new(), self.office.catalogue.facts
        saved = await companies.save(
            self.session,
            company,
            said,
            facts,
            person_id=self.person.id,
            now=self.now,
            today=self.office.today(self.now),
            needs=needs,
        )
        self._kept = await companies.known_from(self.session, company, saved.facts, facts)
        if saved.changed:
            await watches.look_again(
                self.session, company, but_person=self.person.id, office=self.office, now=self.now
            )


def sit(given: Mapping[str, Any]) -> Sitting:
    """The sitting of the person a handler was called for."""
    return Sitting(
        session=given["session"],
        person=given["person"],
        actor=given["actor"],
        talk=given["talk"],
        office=given["office"],
        now=given["now"],
        heard=given.get("heard", {}),
    )
