"""A headless Chromium, without a network of its own."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM = "/usr/bin/chromium"
DRIVER = "/usr/bin/chromedriver"
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1100,900",
)
PATIENCE_S = 15


class Page:
    """The emulator's page, as somebody uses it; every method blocks."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def shows(self, text: str, *, within: str = "#messages") -> str:
        """Wait until a text is to be read, and return all that is."""
        WebDriverWait(self.driver, PATIENCE_S).until(
            lambda _: text in self.text(within), f"{text!r} is not in {within}"
        )
        return self.text(within)

    def shows_not(self, text: str) -> None:
        """Wait until a text is not to be read any more."""
        WebDriverWait(self.driver, PATIENCE_S).until(lambda _: text not in self.text())

    def all(self, css: str) -> list[WebElement]:
        """The elements that there are now."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, within: str = "#messages") -> str:
        """What is to be read there now."""
        return str(
            self.driver.execute_script(
                "return document.querySelector(arguments[0])?.innerText ?? ''", within
            )
        )

    def find(self, css: str) -> WebElement:
        """Wait for an element."""
        found = WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: driver.find_elements(By.CSS_SELECTOR, css), f"there is no {css}"
        )
        return found[0]

    def click(self, css: str) -> None:
        """Click on an element, once it is there; the page may have drawn it anew meanwhile."""
        self.find(css)
        self.driver.execute_script("document.querySelector(arguments[0]).click()", css)

    def press(self, label: str) -> None:
        """Click on a button of a message."""
        script = (
            "const found = [...document.querySelectorAll('#messages button')]"
            ".find((button) => button.innerText === arguments[0]);"
            "found?.click(); return found !== undefined"
        )
        WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: driver.execute_script(script, label), f"there is no button {label!r}"
        )

    def type(self, text: str) -> None:
        """Type into the box, and send it."""
        box = self.find("#text")
        box.send_keys(text)
        self.click("#send")

    def choose(self, css: str, text: str) -> None:
        """Choose in a list, by what is to be read; the page may draw it anew at any time."""
        script = (
            "const list = document.querySelector(arguments[0]);"
            "const found = [...list?.options ?? []].find((one) => one.text === arguments[1]);"
            "if (found === undefined) return false;"
            "list.value = found.value;"
            "return list.dispatchEvent(new Event('change', { bubbles: true }))"
        )
        WebDriverWait(self.driver, PATIENCE_S).until(
            lambda driver: driver.execute_script(script, css, text),
            f"{text!r} cannot be chosen in {css}",
        )


@contextmanager
def a_page(url: str) -> Iterator[Page]:
    """Open a page in a browser with a profile of its own."""
    options = ChromeOptions()
    options.binary_location = CHROMIUM
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        for flag in (*FLAGS, f"--user-data-dir={Path(folder) / 'profile'}"):
            options.add_argument(flag)
        # With the path given, Selenium looks for no driver and tells nobody of it.
        driver = Chrome(options=options, service=Service(executable_path=DRIVER))
        try:
            driver.get(url)
            yield Page(driver)
        finally:
            driver.quit()
