"""The server: Streamlit's script, our routes, the gate before both. Run by `uvicorn app:app --no-proxy-headers`."""

import os
from pathlib import Path

from services import logs
from services.settings import ROOT, keep_files_private, settings

os.environ.setdefault("STREAMLIT_SERVER_MAX_UPLOAD_SIZE", str(settings().max_upload_mb))

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from pages.api import routes
from pages.api.addresses import trusted_networks
from pages.api.gate import TRUSTED_HEADER, Gate
from pages.ui.guard import on_script_error
from services.access import passwords

app = st.App(
    ROOT / "pages" / "ui" / "script.py",
    routes=routes(),
    middleware=[Middleware(Gate)],
    on_script_error=on_script_error,
)


def check_configuration() -> None:
    """Refuse to start without `.streamlit/config.toml`: Streamlit would leave out the protection it describes."""
    trusted_networks(settings().trusted_proxies)
    wanted = {
        "client.showErrorDetails": "none",
        "server.enableStaticServing": False,
        "server.enableAgentApi": False,
        "server.enableXsrfProtection": True,
    }
    wrong = [name for name, value in wanted.items() if config.get_option(name) != value]
    trusted = config.get_option("server.trustedUserHeaders") or {}
    if TRUSTED_HEADER.decode() not in {str(name).lower() for name in trusted}:
        wrong.append("server.trustedUserHeaders")
    if wrong:
        expected = ROOT / ".streamlit" / "config.toml"
        raise SystemExit(f"{', '.join(wrong)}: start the server in {Path(ROOT)}, where {expected.name} is read from.")


keep_files_private()
check_configuration()
passwords.load_library()
logs.configure()  # last: whatever was imported above may have set up logging of its own
