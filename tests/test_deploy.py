"""What deploy/ names exists: settings, secrets, locks, folders, paths, statuses."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.rivals import TokenInUse
from bot.run import WEBHOOK_PATH
from bot.settings import Settings, read_settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
BOTS = ("bot-a", "bot-b")
SETTINGS = {name.upper() for name in Settings.model_fields}
#: What other programs read.
NOT_OURS = {"PATH", "PYTHONUNBUFFERED"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return document


def test_the_bots_of_the_compose_file_are_told_what_the_program_reads(
    compose: dict[str, Any],
) -> None:
    for name in BOTS:
        bot = compose["services"][name]
        assert set(bot["environment"]) <= SETTINGS
        assert {secret.upper() for secret in bot["secrets"]} <= SETTINGS
        assert bot["read_only"] is True
        assert bot["build"] == {"context": "..", "dockerfile": "deploy/Dockerfile"}
    files = {name: one["file"] for name, one in compose["secrets"].items()}
    assert files == {name: f"secrets/{name}" for name in files}


def test_every_service_is_pinned_checked_and_without_rights(compose: dict[str, Any]) -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    for name, service in compose["services"].items():
        tag = service["image"].partition(":")[2]
        assert re.search(r"\d+\.\d+", tag), f"{name}: {tag}"
        assert service["cap_drop"] == ["ALL"]
        assert service["read_only"] is True
        assert "healthcheck" in service or "HEALTHCHECK" in dockerfile
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert {one for one in volumes if not one.startswith(".")} <= set(compose["volumes"])


def test_the_image_holds_the_lock_and_every_package() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    ignored = (ROOT / ".dockerignore").read_text()
    copied = set(re.findall(r"^COPY (?!--)(\S+)", dockerfile, re.MULTILINE))
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert copied == {*packages["root_packages"], "catalogue", "requirements-postgres.lock"}
    assert all((ROOT / one).exists() and f"!{one}\n" in ignored for one in copied)
    set_there = re.search(r"^ENV (.+)$", dockerfile, re.MULTILINE)
    assert set_there is not None
    assert {pair.partition("=")[0] for pair in set_there[1].split()} <= SETTINGS | NOT_OURS
    assert "--require-hashes" in dockerfile
    assert "\nUSER 10001\n" in dockerfile


def test_the_proxy_asks_both_bots_and_passes_the_webhook_alone(compose: dict[str, Any]) -> None:
    caddyfile = (DEPLOY / "Caddyfile").read_text()

    assert f"handle {WEBHOOK_PATH} {{" in caddyfile
    assert "reverse_proxy " + " ".join(f"{bot}:8080" for bot in BOTS) in caddyfile
    assert "health_uri /readyz" in caddyfile
    assert caddyfile.count("{\n") == len(re.findall(r"^\s*}$", caddyfile, re.MULTILINE))
    assert "SITE" in compose["services"]["proxy"]["environment"]


@pytest.mark.parametrize("name", ["qihang.service", "qihang@.service"])
def test_a_unit_names_settings_and_is_not_started_into_a_quarrel(name: str) -> None:
    unit = (DEPLOY / name).read_text()
    told = re.findall(r"^Environment=(.+)$", unit, re.MULTILINE)
    credentials = re.findall(r"^LoadCredential=(\w+):", unit, re.MULTILINE)

    assert {pair.partition("=")[0] for line in told for pair in line.split()} <= SETTINGS | NOT_OURS
    assert {one.upper() for one in credentials} <= SETTINGS
    assert f"RestartPreventExitStatus={TokenInUse.status}\n" in unit
    assert "ExecStart=/srv/qihang/.venv/bin/python -m bot run\n" in unit


def test_the_example_names_every_setting_an_operator_has() -> None:
    named = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)

    assert set(named) == SETTINGS - {"CRASH_AT"}


def test_secrets_are_read_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    secrets = {
        "bot_token": "7100000001:from-a-file",
        "database_url": "postgresql://qihang:geheim@database/qihang",
        "webhook_secret": "a-secret-of-sixteen",
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(f"{value}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    monkeypatch.setenv("WEBHOOK_URL", "https://qihang.example")

    settings = read_settings()

    assert settings.token == secrets["bot_token"]
    assert settings.database == "postgresql+asyncpg://qihang:geheim@database/qihang"
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == secrets["webhook_secret"]
