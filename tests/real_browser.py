"""A real browser for as long as one file of tests needs it."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.patience import PATIENCE_MS
from tests.real_parts import browser as browser_path

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def patient(context: BrowserContext) -> BrowserContext:
    """Let what is done in a window take as long as what is waited for."""
    context.set_default_timeout(PATIENCE_MS)
    return context


def open_browser() -> Iterator[Browser]:
    """Give a Chromium; skip without one, but fail where CI promises it.

    Playwright's loop counts as running in its thread until it is stopped, so a browser must not outlive
    its file of tests: the coroutine tests that follow in the same process could not start theirs.
    """
    path = browser_path()
    if path is None:
        message = "no Chromium: set $CHROMIUM or install one"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=list(FLAGS))
        yield found
        found.close()
