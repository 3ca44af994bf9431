"""Which Chromium the tests drive; `python -m tests.browser.executable` gets one where there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Path of an installed Chromium or Chrome (BROWSER_PATH names another), else of playwright's own; None: neither."""
    installed = os.environ.get("BROWSER_PATH") or next(filter(None, map(shutil.which, NAMES)), None)
    if installed:
        return installed
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def _attempt(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False).returncode == 0
    except OSError:
        return False


def install() -> None:
    """Get playwright's own Chromium; where that fails and we are root, Debian's."""
    as_root = os.geteuid() == 0
    # Without root the libraries it needs have to be there already.
    extra = ["--with-deps"] if as_root and shutil.which("apt-get") else []
    playwright = (sys.executable, "-m", "playwright", "install")
    if _attempt(*playwright, *extra, "chromium") or _attempt(*playwright, "chromium"):
        return
    if as_root and shutil.which("apt-get"):
        _attempt("apt-get", "update")
        _attempt("apt-get", "install", "--yes", "--no-install-recommends", "chromium")


def main() -> None:
    """Make sure there is a browser; exit code 1 and a sentence otherwise."""
    if find() is None:
        print("No Chromium found: installing one for the browser tests…", flush=True)
        install()
    if find() is None:
        sys.exit("No Chromium could be installed. Install Chromium or Chrome, or set BROWSER_PATH to one.")


if __name__ == "__main__":
    main()
