"""Settings from the environment or `.env`; every one is optional, a bad one stops the start."""

import os
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.checkpoints import Checkpoints

OFFICIAL_API = "https://api.telegram.org"
SANDBOX_TOKEN = "900000001:sandbox-token-that-works-only-on-this-machine"  # noqa: S105
SANDBOX_ADMIN = 9001
ROOT = Path(__file__).resolve().parent.parent


class BadSettings(Exception):
    """One clear line for the operator."""


class Settings(BaseSettings):
    """What an operator may decide; DESIGN names and defaults."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    bot_token: SecretStr | None = None
    telegram_api_url: str = ""
    telegram_proxy: SecretStr | None = None
    database_url: SecretStr | None = None
    admin_ids: Annotated[frozenset[int], NoDecode] = frozenset()
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    catalogue_dir: Path = ROOT / "catalogue"
    var_dir: Path = Path("var")
    timezone: str = "Asia/Shanghai"
    default_locale: Literal["zh", "en"] = "zh"
    log_format: Literal["text", "json"] = "text"
    drain_seconds: int = Field(default=5, ge=0, le=60)
    clock_control: bool = False
    crash_at: str = ""

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _split_ids(cls, value: object) -> object:
        if isinstance(value, str):
            return [part for part in value.replace(";", ",").split(",") if part.strip()]
        return value

    @field_validator(
        "bot_token",
        "telegram_proxy",
        "database_url",
        "webhook_url",
        "webhook_secret",
        mode="before",
    )
    @classmethod
    def _empty_is_absent(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("not a known time zone; write one such as Asia/Shanghai") from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            async_database_url(value.get_secret_value())
        return value

    @field_validator("crash_at")
    @classmethod
    def _known_point(cls, value: str) -> str:
        Checkpoints(value)
        return value

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.bot_token is None and not self.is_sandbox:
            raise ValueError("BOT_TOKEN is missing: get one from @BotFather, or unset the others")
        if self.webhook_url and not self.webhook_secret:
            raise ValueError("WEBHOOK_URL needs WEBHOOK_SECRET: choose 16 or more letters")
        if self.webhook_url and urlsplit(self.webhook_url).scheme not in {"http", "https"}:
            raise ValueError("WEBHOOK_URL must start with https://")
        if self.bot_token and not self._token_shape_is_right():
            raise ValueError("BOT_TOKEN does not look like a token (digits:letters)")
        if self.clock_control and not self.is_sandbox and self.api_url == OFFICIAL_API:
            raise ValueError("CLOCK_CONTROL works only with a local TELEGRAM_API_URL")
        return self

    def _token_shape_is_right(self) -> bool:
        prefix, _, secret = (self.bot_token.get_secret_value() if self.bot_token else "").partition(
            ":"
        )
        return prefix.isdecimal() and bool(secret) and not any(c.isspace() for c in secret)

    @property
    def is_sandbox(self) -> bool:
        """Nothing says that this is meant for real: open the local Telegram."""
        return not (self.bot_token or self.webhook_url or self.admin_ids)

    @property
    def token(self) -> str:
        return self.bot_token.get_secret_value() if self.bot_token else SANDBOX_TOKEN

    @property
    def bot_id(self) -> int:
        return int(self.token.partition(":")[0])

    @property
    def api_url(self) -> str:
        if self.is_sandbox:
            return f"http://127.0.0.1:{self.http_port}"
        return self.telegram_api_url.rstrip("/") or OFFICIAL_API

    @property
    def administrators(self) -> frozenset[int]:
        """Telegram ids of administrators."""
        return frozenset({SANDBOX_ADMIN}) if self.is_sandbox else self.admin_ids

    @property
    def folder(self) -> Path:
        """Where everything that changes is kept; the sandbox has a folder of its own."""
        return self.var_dir / "sandbox" if self.is_sandbox else self.var_dir

    @property
    def clock_may_move(self) -> bool:
        return self.is_sandbox or self.clock_control

    @property
    def database(self) -> str:
        """The SQLAlchemy address, with the async driver named."""
        if self.database_url is None or self.is_sandbox:
            return f"sqlite+aiosqlite:///{self.folder / 'qihang.db'}"
        return async_database_url(self.database_url.get_secret_value())

    @property
    def proxy(self) -> str | None:
        """The way to Telegram; it may name a user and a password."""
        return self.telegram_proxy.get_secret_value() if self.telegram_proxy else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def async_database_url(url: str) -> str:
    """Name the driver once: plain addresses would pick one that is not installed."""
    scheme, separator, rest = url.partition("://")
    kind = scheme.partition("+")[0]
    drivers = {
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "sqlite": "sqlite+aiosqlite",
    }
    if not separator or kind not in drivers:
        raise BadSettings(
            "DATABASE_URL must start with postgresql:// or sqlite:///"
            + (f"; it starts with {scheme[:20]!r}" if separator else "")
        )
    address = f"{drivers[kind]}://{rest}"
    # Most commands have none to read, and importing this takes longer than their work.
    from sqlalchemy.engine import make_url  # noqa: PLC0415
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415

    try:
        make_url(address)
    except (ArgumentError, ValueError) as error:
        raise BadSettings("DATABASE_URL cannot be read as an address") from error
    return address


def read_settings() -> Settings:
    """Read them, or raise `BadSettings` with one line that says what to do."""
    try:
        settings = Settings(_secrets_dir=_secrets())
        _ = settings.database
    except ValidationError as error:
        raise BadSettings(_first_fault(error)) from error
    return settings


def _secrets() -> Path | None:
    """Files named like a setting: systemd's credentials, or a container's secrets."""
    folder = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/run/secrets"))
    return folder if folder.is_dir() else None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in fault["loc"]).upper()
    text = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {text}" if name else text
