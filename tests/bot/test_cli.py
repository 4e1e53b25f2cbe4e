"""The command line as an operator or another program uses it."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from bot.cli import app, stores
from bot.settings import ROOT

OUTCOMES = {"eligible", "ineligible", "undetermined", "officer_check"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Commands run in a folder of their own, without anybody's settings."""
    for name in ("BOT_TOKEN", "ADMIN_IDS", "WEBHOOK_URL", "DATABASE_URL", "CATALOGUE_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    stores.catalogue.cache_clear()
    yield tmp_path
    stores.catalogue.cache_clear()


@pytest.fixture
def office(folder: Path, sqlite_template: Path) -> Path:
    """The folder, with a database: migrating takes most of a test."""
    (folder / "var" / "sandbox").mkdir(parents=True)
    shutil.copy(sqlite_template, folder / "var" / "sandbox" / "qihang.db")
    return folder


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def _document(*words: str) -> dict[str, Any]:
    result = _run(*words, "--json")
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def _profile(folder: Path, **facts: Any) -> str:
    path = folder / "profile.json"
    path.write_text(json.dumps(facts), encoding="utf-8")
    return str(path)


def test_match_judges_every_measure(folder: Path) -> None:
    path = _profile(folder, employees=[75, 89], industry="39", loan_purpose="设备更新")

    answer = _document("match", path, "--as-of", "2026-11-23")

    assert answer["as_of"] == "2026-11-23"
    assert len(answer["verdicts"]) == 75
    assert {verdict["outcome"] for verdict in answer["verdicts"]} <= OUTCOMES
    subsidy = next(v for v in answer["verdicts"] if v["measure"] == "loan-interest-subsidy")
    assert subsidy["outcome"] == "eligible"
    assert subsidy["window"] == {"state": "open", "opens": None, "closes": "2026-12-31"} or (
        subsidy["window"]["closes"] == "2026-12-31"
    )
    assert answer["next_question"] is None or answer["next_question"]["fact"]


def test_a_command_imports_no_more_than_it_needs(folder: Path) -> None:
    """Telegram takes seconds to import, the database one, and every start would pay for them."""
    program = (
        "import sys; from bot.cli import app; app(sys.argv[1:], standalone_mode=False);"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    words = ("match", _profile(folder), "--as-of", "2026-11-23")
    ended = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program, *words],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )

    imported = set(ended.stderr.split())
    assert "typer" in imported
    assert not imported & {"aiogram", "sqlalchemy", "openpyxl", "alembic"}


def test_help_lists_every_command_and_a_slip_gets_a_suggestion() -> None:
    listed = _run("--help").stdout

    for name in ("match", "understand", "deadline", "run", "ticket", "catalogue", "import", "db"):
        assert f" {name} " in listed
    assert "Did you mean 'match'?" in _run("mtch").stderr


def test_match_of_an_empty_profile_says_no_to_nobody(folder: Path) -> None:
    answer = _document("match", _profile(folder), "--as-of", "2026-11-23")

    assert {verdict["outcome"] for verdict in answer["verdicts"]} <= {
        "undetermined",
        "officer_check",
        "eligible",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ('{"employes": 80}', "employees"),
        ('{"employees": "many"}', "employees"),
        ("[1, 2]", "profile"),
        ("[" * 100_000, "cannot be read"),
        ('{"employees": ' + "9" * 5000 + "}", "cannot be read"),
    ],
)
def test_a_bad_profile_is_refused_in_one_line(folder: Path, content: str, words: str) -> None:
    path = folder / "bad.json"
    path.write_text(content, encoding="utf-8")

    result = _run("match", str(path))

    assert result.exit_code != 0
    assert words in result.stderr
    assert "Traceback" not in result.stderr


def test_search_finds_and_admits_that_nothing_fits() -> None:
    assert _document("search", "贷款贴息")["results"][0]["measure"] == "loan-interest-subsidy"
    assert _document("search", "明天杭州天气怎么样")["results"] == []


def test_understand_reads_facts_and_needs() -> None:
    sentence = "做芯片封装的，80来人，去年3000万，想贷款换设备"

    answer = _document("understand", sentence, "--as-of", "2026-11-23")

    assert answer["facts"]["employees"] == [75, 89]
    assert answer["facts"]["revenue"] == {"2025": 3000}
    assert answer["needs"] == ["financing"]
    assert answer["intent"] == "profile"


def test_triage_proposes_and_sees_danger() -> None:
    fire = _document("triage", "车间冒烟，有刺鼻气味，两个人头晕")
    quiet = _document("triage", "想咨询一下专利资助怎么申请")

    assert fire["danger"] is True
    assert fire["urgency"] == "urgent"
    assert quiet["danger"] is False
    assert quiet["similar"] == []


def test_deadline_counts_working_time() -> None:
    answer = _document(
        "deadline",
        *("--category", "financing", "--urgency", "normal", "--from", "2026-11-23T10:12"),
    )

    assert answer["answer"] == "2026-11-30T17:30:00+08:00"
    assert answer["explain"]


def test_deadline_with_a_pause_and_hours() -> None:
    plain = _document("deadline", "--hours", "4", "--from", "2026-11-23T10:00")
    paused = _document(
        "deadline",
        *("--hours", "4", "--from", "2026-11-23T10:00"),
        *("--pause", "2026-11-23T10:30/2026-11-23T11:30"),
    )

    assert plain["due"] == "2026-11-23T15:30:00+08:00"
    assert paused["due"] == "2026-11-23T16:30:00+08:00"


@pytest.mark.parametrize(
    "words",
    [
        ("deadline", "--from", "tomorrow", "--days", "3"),
        ("deadline", "--from", "2026-11-23T10:00", "--category", "nonsense", "--urgency", "high"),
        ("match", "missing.json"),
        ("ticket", "show", "QT-20261123-0001"),
        ("catalogue", "show", "no-such-measure"),
        ("import", "companies", "missing.xlsx"),
        ("db", "backup", "missing/backup.db"),
    ],
)
def test_wrong_words_get_one_line_and_a_status(words: tuple[str, ...]) -> None:
    result = _run(*words)

    assert result.exit_code != 0
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("office")
def test_catalogue_show_is_what_publish_accepts(folder: Path) -> None:
    shown = _run("catalogue", "show", "loan-interest-subsidy")
    file = folder / "measure.yaml"
    file.write_text(shown.stdout, encoding="utf-8")

    answer = _document("catalogue", "publish", str(file), "--dry-run")

    assert answer["measures"][0]["id"] == "loan-interest-subsidy"
    assert answer["measures"][0]["change"] == "same"


def _with_companies(folder: Path, *purposes: str) -> None:
    """Companies that want loans for these purposes."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["name", "industry", "employees", "revenue@2025", "loan_purpose"])
    for number, purpose in enumerate(purposes):
        book.active.append([f"第{number}家公司", "39", 80, 3000, purpose])
    book.save(folder / "companies.xlsx")
    assert _run("import", "companies", str(folder / "companies.xlsx")).exit_code == 0


def _edited(folder: Path, *edits: tuple[str, str]) -> str:
    """The file of the loan subsidy as it is in force, with some words replaced."""
    text = _run("catalogue", "show", "loan-interest-subsidy").stdout
    for good, bad in edits:
        assert good in text
        text = text.replace(good, bad, 1)
    (folder / "measure.yaml").write_text(text, encoding="utf-8")
    return str(folder / "measure.yaml")


REWORDED = ("zh: 用途为更新设备,", "zh: 贷款用于更新设备,")
NARROWED = ("values: [设备更新]", "values: [厂房]")


def test_publishing_a_changed_measure_is_kept(office: Path) -> None:
    _with_companies(office, "设备更新")
    file = _edited(office, REWORDED)

    first = _document("catalogue", "publish", file, "--reason", "写法更清楚")
    second = _document("catalogue", "publish", file)
    history = _document("catalogue", "history", "loan-interest-subsidy")["versions"]

    assert first["measures"][0] | {"differences": [], "samples": []} == {
        "id": "loan-interest-subsidy",
        "change": "changed",
        "gain": 0,
        "lose": 0,
        "undetermined": 0,
        "affected": 0,
        "differences": [],
        "samples": [],
    }
    assert (first["state"], first["publication"]) == ("published", 1)
    assert second["measures"][0]["change"] == "same"
    assert [(one["number"], one["reason"]) for one in history] == [(2, "写法更清楚"), (1, "files")]
    assert "贷款用于更新设备" in _run("catalogue", "show", "loan-interest-subsidy").stdout


def test_a_dry_run_tells_the_impact_and_changes_nothing(office: Path) -> None:
    _with_companies(office, "设备更新", "设备更新", "流动资金")
    file = _edited(office, NARROWED)

    told = _document("catalogue", "publish", file, "--dry-run")

    (measure,) = told["measures"]
    assert (measure["gain"], measure["lose"], measure["affected"]) == (0, 2, 2)
    assert (told["companies"], told["needs_second"], told["state"]) == (3, True, None)
    assert measure["samples"][0]["before"] == "eligible"
    assert "公司" not in json.dumps(measure["samples"], ensure_ascii=False)
    assert _document("catalogue", "history", "loan-interest-subsidy") == {"versions": []}


def test_a_large_change_waits_unless_an_administrator_confirms(office: Path) -> None:
    _with_companies(office, "设备更新", "流动资金")
    file = _edited(office, NARROWED)

    waiting = _run("catalogue", "publish", file, "--json")
    again = _run("catalogue", "publish", file)
    assert "厂房" not in _run("catalogue", "show", "loan-interest-subsidy").stdout.split("id: C")[1]
    confirmed = _document("catalogue", "publish", file, "--confirm")

    assert (waiting.exit_code, again.exit_code) == (3, 3)
    assert json.loads(waiting.stdout)["measures"][0]["lose"] == 1
    assert json.loads(waiting.stdout)["state"] == "waiting"
    assert "--confirm" in waiting.stderr
    assert confirmed["state"] == "published"
    assert confirmed["publication"] == json.loads(waiting.stdout)["publication"] == 1


def test_what_was_published_counts_in_a_match_and_can_be_undone(office: Path) -> None:
    firm = _profile(office, industry="39", employees=80, loan_purpose="设备更新")
    assert _outcome(firm) == "eligible"
    _document("catalogue", "publish", _edited(office, NARROWED))
    assert _outcome(firm) != "eligible"

    undone = _document("catalogue", "undo", "loan-interest-subsidy")
    twice = _run("catalogue", "undo", "1")

    assert undone == {"publication": 1, "state": "undone"}
    assert twice.exit_code == 2
    assert _outcome(firm) == "eligible"


def _outcome(profile: str) -> str:
    verdicts = _document("match", profile, "--as-of", "2026-11-23")["verdicts"]
    return str(next(v["outcome"] for v in verdicts if v["measure"] == "loan-interest-subsidy"))


def test_undoing_is_refused_after_a_later_publication(office: Path) -> None:
    _document("catalogue", "publish", _edited(office, REWORDED))
    _document("catalogue", "publish", _edited(office, NARROWED))

    refused = _run("catalogue", "undo", "1")

    assert refused.exit_code == 2
    assert "published again since" in refused.stderr


def test_a_retired_measure_is_removed(office: Path) -> None:
    _with_companies(office, "设备更新")
    file = _edited(office, ("status: active", "status: retired\nretired_on: 2026-11-23"))

    told = _document("catalogue", "publish", file, "--confirm")

    assert (told["measures"][0]["change"], told["measures"][0]["lose"]) == ("removed", 1)


def test_a_database_of_an_older_program_gets_one_line(folder: Path) -> None:
    (folder / "var" / "sandbox").mkdir(parents=True)
    (folder / "var" / "sandbox" / "qihang.db").touch()

    for words in (("catalogue", "list"), ("ticket", "list")):
        result = _run(*words)

        assert result.exit_code == 2
        assert "make setup" in result.stderr
        assert "Traceback" not in result.stderr


@pytest.mark.usefixtures("office")
def test_a_broken_measure_is_not_published(folder: Path) -> None:
    file = folder / "broken.yaml"
    file.write_text("id: broken\nname: [", encoding="utf-8")

    result = _run("catalogue", "publish", str(file))

    assert result.exit_code != 0
    assert "broken.yaml:" in result.stderr


@pytest.mark.usefixtures("office")
def test_companies_are_imported_and_bad_rows_left_out(folder: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["name", "employees", "revenue@2025"])
    book.active.append(["甲公司", "20-49", 3000])
    book.active.append(["乙公司", "很多", 100])
    path = folder / "companies.xlsx"
    book.save(path)

    result = _run("import", "companies", str(path))

    assert result.exit_code == 0
    assert "1 companies added, 0 updated, 0 as they were, 1 rows left out" in result.stdout
    assert "row 3, column B" in result.stderr


@pytest.mark.usefixtures("office")
def test_who_a_measure_reaches_is_written_to_a_workbook(folder: Path) -> None:
    template, reach = folder / "template.xlsx", folder / "reach.xlsx"
    assert _run("import", "template", "--out", str(template)).exit_code == 0
    book = openpyxl.load_workbook(template)
    sheet = book.worksheets[0]
    columns = {cell.value: place for place, cell in enumerate(sheet[1], start=1)}
    said = {"name": "=甲公司", "established_on": "2015", "revenue@2025": "3000-4000"}
    for name, value in said.items():
        sheet.cell(2, columns[name], value).data_type = "s"
    book.save(template)
    assert _document("import", "companies", str(template))["added"] == 1

    result = _run("export", "reach", "annual-report-merge", "--out", str(reach))

    assert result.stdout.startswith("1 companies written")
    header, row = openpyxl.load_workbook(reach).worksheets[0].iter_rows(values_only=True)
    written = dict(zip(header, row, strict=True))
    assert (written["name"], written["outcome"]) == ("=甲公司", "eligible")
    assert written["established_on"] == "2015-01-01至2015-12-31"
    none = _run("export", "reach", "hi-tech-enterprise", "--out", str(folder / "none.xlsx"))
    assert "no file was written" in none.stdout


def test_tickets_that_are_not_there_make_no_file(office: Path) -> None:
    out = office / "tickets.xlsx"

    done = _run("export", "tickets", "--since", "2026-11-01", "--status", "open", "--out", str(out))
    wrong = _run("export", "tickets", "--since", "11月", "--out", str(out))

    assert "no file was written" in done.stdout
    assert not out.exists()
    assert wrong.exit_code != 0
    assert "11月" in wrong.stderr


def test_a_backup_can_be_restored(folder: Path) -> None:
    assert _run("db", "upgrade").exit_code == 0

    assert _run("db", "backup", "copy.db").exit_code == 0
    (folder / "var" / "sandbox" / "qihang.db").unlink()
    assert _run("db", "restore", "copy.db").exit_code == 0

    assert _document("ticket", "list") == {"tickets": []}


def test_restoring_something_else_is_refused(folder: Path) -> None:
    (folder / "letter.txt").write_text("no database", encoding="utf-8")

    assert _run("db", "restore", "letter.txt").exit_code != 0


@pytest.mark.usefixtures("office")
def test_nothing_is_owed_at_first() -> None:
    assert _document("outbox", "list") == {"outbox": []}
    assert _document("notice", "list") == {"notices": []}


def test_doctor_says_what_is_missing() -> None:
    result = _run("doctor")

    assert result.exit_code == 1
    assert "make setup" in result.stdout


@pytest.mark.usefixtures("office")
def test_gaps_of_an_office_nobody_has_asked_yet(folder: Path) -> None:
    answer = _document("gaps", "--month", "2026-11")

    assert answer["month"] == "2026-11"
    assert answer["searches"] == answer["irrelevant"] == answer["problems"] == []
    assert _run("gaps", "--month", "November").exit_code == 2


def test_the_calendar_is_changed_beside_the_bot_and_deadlines_follow(office: Path) -> None:
    """A year's notice from a file, a day in words, and both taken back."""
    year = stores.now().year + 1
    saturday = next(day for day in (date(year, 2, n) for n in range(1, 8)) if day.weekday() == 5)
    friday, monday = saturday - timedelta(days=1), saturday + timedelta(days=2)
    asked = ("deadline", "--days", "1", "--from", f"{friday}T10:00")
    notice = office / f"{year}.yaml"
    notice.write_text(
        f"{{year: {year}, source: x, checked_on: 2026-11-20, provisional: false, holidays: [],"
        f" workdays: [{saturday}]}}",
        encoding="utf-8",
    )

    assert _document("calendar", "load", str(notice), "--dry-run")["number"] is None
    assert _document("calendar", "load", str(notice))["number"] == 1
    assert _document(*asked)["due"].startswith(f"{saturday}")
    assert "saved as no. 2" in _run("calendar", "set", f"{saturday} off").stdout
    assert _document(*asked)["due"].startswith(f"{monday}")
    shown = _document("calendar", "show")
    assert year not in shown["missing_years"]
    assert [one["number"] for one in shown["changes"]] == [2, 1]

    assert "says so already" in _run("calendar", "set", f"{saturday} off").stderr
    assert "cannot be read" in _run("calendar", "set", "周末愉快").stderr
    assert _document("calendar", "undo", "2")["undone"] == 2
    assert _document(*asked)["due"].startswith(f"{saturday}")
    wrong = office / "wrong.yaml"
    wrong.write_text("days_off: [2026-13-01]", encoding="utf-8")
    assert "wrong.yaml:1" in _run("calendar", "load", str(wrong)).stderr


def test_a_deadline_is_explained_day_by_day_in_both_languages(folder: Path) -> None:
    asked = ("deadline", "--days", "1", "--from", "2026-12-31T16:00", "--explain")

    chinese, english = _run(*asked).stdout, _run(*asked, "--lang", "en").stdout

    assert "12月31日（周四）起算当天不计，还剩 1 天" in chinese
    assert "2027年1月1日（周五）不上班（按周一至周五推算），暂按" in chinese
    assert "Mon 4 Jan 2027 17:30 due, provisional" in english


def test_a_calendar_without_working_time_is_refused_in_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAULTS 37: by the check and by whoever asks for a deadline."""
    directory = folder / "catalogue"
    shutil.copytree(ROOT / "catalogue", directory)
    monkeypatch.setenv("CATALOGUE_DIR", str(directory))
    defaults = directory / "calendar" / "default.yaml"
    text = defaults.read_text(encoding="utf-8")
    defaults.write_text(text.replace('"12:00"', '"09:00"'), encoding="utf-8")
    problem = "a window from minute 540 to 540"

    checked = _run("catalogue", "check")
    asked = _run("deadline", "--days", "1", "--from", "2026-11-23")

    assert f"default.yaml:1: {problem}" in checked.stderr
    assert asked.stderr == f"qihang: the calendar is at fault: default.yaml: {problem}\n"
    assert problem in _run("doctor").stdout
