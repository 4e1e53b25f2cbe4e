"""C2: what was understood of a company, to be checked before it is kept."""

from domain.contradictions import contradictions
from domain.screens import Reply, Screen, answer
from handlers.sittings import Sitting
from services.sittings import CHECK, LOOK
from views import companies as views
from views.translations import Translator


async def check(sitting: Sitting, t: Translator) -> Reply:
    """Drawn from the draft alone; an empty draft asks for a sentence."""
    draft, kept = sitting.draft(), await sitting.kept()
    if not (draft.profile.values or draft.needs):
        if sitting.new_client is None:
            sitting.rest()
        return answer(views.say_anew(t))
    match = await sitting.match()
    changed = {key for key, value in draft.profile.values.items() if kept.profile.get(key) != value}
    sheet = views.Draft(
        said=draft.profile,
        changed=frozenset(changed if kept.profile.values else ()),
        needs_changed=bool(kept.needs) and set(draft.needs) - set(kept.needs) != set(),
        clashes=contradictions(match.profile, match.as_of),
        left_out=draft.left_out,
        office=None if sitting.actor.consented else sitting.office.name,
    )
    return answer(views.check(t, match, sheet))


async def back_to(sitting: Sitting, t: Translator) -> tuple[Screen, ...]:
    """What waited unsaved beside another form, open again now that the form is over; who chose only
    to look is not asked again."""
    state = sitting.state
    if not (sitting.is_unsaved and state):
        return ()
    if state == LOOK:
        sitting.turn_to(LOOK)
        return ()
    sitting.turn_to(CHECK)
    shown = await check(sitting, t)
    return (shown.screen,) if shown.screen is not None else ()
