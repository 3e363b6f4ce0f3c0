"""Pages in a real browser, at the width of a phone and of a desk."""

from typing import Any

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESK = 390, 1400

Driver = Any


def at_width(chromium: Driver, page: str, width: int, scheme: str = "light") -> Driver:
    size = {"width": width, "height": 850, "deviceScaleFactor": 1, "mobile": width == PHONE}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    chromium.get("about:blank")
    chromium.get(page)
    return chromium


def click(driver: Driver, selector: str) -> None:
    """A click as a user makes it: on what lies at the middle of an element, once that is in view."""
    driver.execute_script("document.querySelector(arguments[0]).scrollIntoView({block: 'center'})", selector)
    driver.find_element("css selector", selector).click()
