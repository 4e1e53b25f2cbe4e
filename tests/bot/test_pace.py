"""New messages are paced per chat; what follows a press is not held back by them."""

from bot.pace import Pace

DESK, PERSON = -1002000000001, 1001


async def test_a_group_rests_after_twenty_new_messages() -> None:
    pace = Pace()

    for _ in range(20):
        pace.spend(DESK, is_new=True)

    assert pace.resting() == {DESK}


async def test_a_person_rests_after_a_handful() -> None:
    pace = Pace()

    for _ in range(5):
        pace.spend(PERSON, is_new=True)

    assert pace.resting() == {PERSON}


async def test_redrawing_cards_makes_no_chat_rest() -> None:
    pace = Pace()

    for _ in range(25):
        pace.spend(DESK, is_new=False)

    assert pace.resting() == set()


async def test_everything_counts_in_the_sum() -> None:
    pace = Pace()
    before = pace.room()

    for number in range(10):
        pace.spend(number, is_new=bool(number % 2))

    assert pace.room() == before - 10
