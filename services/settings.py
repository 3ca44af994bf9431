"""Every setting of the product, read from the environment and `.env`; the README's table is checked against it."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Environment variables of the same names, upper-cased. `description` is what the README prints."""

    model_config = SettingsConfigDict(env_file=ROOT / ".env", extra="ignore")

    database_url: str = Field(
        default=f"sqlite:///{ROOT / 'data' / 'nauz.db'}",
        description="SQLite file or `postgresql+psycopg://user:password@host/name`",
    )
    data_dir: Path = Field(default=ROOT / "data", description="Where uploads and exports are kept")
    files_url: str = Field(
        default="", description="Bucket for uploads and exports, `s3://bucket/prefix`; empty: a folder in `DATA_DIR`"
    )
    s3_endpoint: str = Field(default="", description="Address of an S3 service that is not Amazon's")
    s3_region: str = Field(default="", description="Its region")
    s3_key_id: str = Field(default="", description="Access key; where it is empty, `AWS_ACCESS_KEY_ID` and the like")
    s3_secret: SecretStr = Field(default=SecretStr(""), description="Secret of that key")
    host: str = Field(default="127.0.0.1", description="Address the web server listens on")
    port: int = Field(default=8501, description="Port the web server listens on")
    public_url: str = Field(
        default="", description="Address people type, e.g. `https://lk.example.ru`; https switches Secure cookies on"
    )
    trusted_proxies: str = Field(
        default="", description="Comma-separated addresses of proxies whose X-Forwarded-For is believed"
    )
    timezone: str = Field(default="Europe/Moscow", description="Zone of every date and hour on the screen")
    session_idle_minutes: int = Field(default=30, description="A sign-in ends after this long without a click")
    session_absolute_hours: int = Field(default=12, description="A sign-in ends after this long in any case")
    login_attempts: int = Field(default=5, description="Failed sign-ins allowed per login within the window")
    login_attempts_per_address: int = Field(default=30, description="Failed sign-ins allowed per address in the window")
    login_window_minutes: int = Field(default=15, description="Length of that window")
    totp_required_for_office: bool = Field(default=False, description="Make the second factor compulsory for staff")
    max_upload_mb: int = Field(default=20, description="Largest file that may be uploaded")
    party_files_mb: int = Field(default=300, description="All files of one person or company together")
    removed_documents_days: int = Field(default=30, description="A removed document can be brought back this long")
    export_keep_hours: int = Field(default=24, description="How long an export can be downloaded again")
    smtp_host: str = Field(default="", description="Mail server; empty: letters wait in the outbox, visibly")
    smtp_port: int = Field(default=587, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls", description="`starttls`, `tls` (from the first byte) or `none`"
    )
    smtp_user: str = Field(default="", description="Log-in at the mail server; empty: none is needed")
    smtp_password: SecretStr = Field(default=SecretStr(""), description="Password of that log-in")
    smtp_timeout: int = Field(default=30, description="Seconds the mail server may take to answer")
    mail_from: str = Field(default="", description="Sender of letters, `НАУЗ <office@example.ru>`")
    mail_reply_to: str = Field(default="", description="Address answers go to; empty: the sender's")
    bounces_host: str = Field(default="", description="IMAP server bounces are read from; empty: they are not read")
    bounces_port: int = Field(default=993, description="Its port, TLS from the first byte; 143: without")
    bounces_user: str = Field(default="", description="Log-in of the mailbox of bounces")
    bounces_password: SecretStr = Field(default=SecretStr(""), description="Password of that log-in")
    bounces_folder: str = Field(default="INBOX", description="Folder of the mailbox")
    sms_url: str = Field(
        default="", description="Address an SMS is posted to as JSON `{to, text, id}`; empty: no SMS are sent"
    )
    sms_token: SecretStr = Field(default=SecretStr(""), description="Bearer token for that address")
    send_delay_seconds: int = Field(default=60, description="A confirmed mailing can be called off this long")
    typed_from: int = Field(default=100, description="Above so many recipients their number has to be typed")
    approval_from: int = Field(default=1000, description="Above so many recipients a second person approves")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @property
    def is_https(self) -> bool:
        """Whether people reach the product over https."""
        return self.public_url.startswith("https://")


def keep_files_private() -> None:
    """Let what this process writes (the database, uploads, exports) be read by its own user alone."""
    os.umask(0o077)


@lru_cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
