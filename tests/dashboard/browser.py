# SPDX-License-Identifier: MIT
"""Debian's Chromium without a screen, driven as a user drives it: by what can
be read on the page."""
import importlib.util
import shutil
import time

from waiting import Timeout

SECONDS = 15


def why_not():
    """What is missing, or None."""
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            return f"{program} is not installed"
    if not importlib.util.find_spec("selenium"):
        return "python3-selenium is not installed"
    return None


# Visible elements that a user could mean by `text`: their accessible name
# begins with it, best match first.
FIND = """
const [selector, text, within] = arguments;
const root = within ? document.querySelector(within) : document;
if (!root) return null;
const visible = (e) => e.getClientRects().length > 0;
const name = (e) => (e.getAttribute('aria-label') || e.innerText || e.value
    || '').trim();
const all = [...root.querySelectorAll(selector)].filter(visible);
return all.find((e) => name(e) === text)
    || all.find((e) => name(e).startsWith(text))
    || all.find((e) => name(e).includes(text)) || null;
"""
FIELD = """
const label = [...document.querySelectorAll('label')].find((l) =>
    l.getClientRects().length && l.innerText.trim().startsWith(arguments[0]));
return label ? document.getElementById(label.htmlFor)
    : document.querySelector(`[aria-label="${arguments[0]}"]`);
"""
# Rows of the ladder are drawn where they are in sight.
STEP = """
const texts = arguments[0], ladder = document.querySelector('.ladder');
const row = [...document.querySelectorAll('.ladder [role=option]')].find((e) =>
    texts.every((t) => e.getAttribute('aria-label').includes(t)));
if (row || !ladder) return row || null;
const next = ladder.scrollTop + ladder.clientHeight;
ladder.scrollTop = next + 5 < ladder.scrollHeight ? next : 0;
return null;
"""
OPEN = """
const row = document.querySelector('.ladder [role=option][aria-selected=true]');
return Boolean(row) && arguments[0].every((t) =>
    row.getAttribute('aria-label').includes(t));
"""
TEXT = "return document.getElementById('app').innerText"


class Browser:
    def __init__(self, downloads):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu",
                         "--window-size=1280,1100", "--no-first-run",
                         "--disable-background-networking",
                         "--disable-component-update"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.add_experimental_option("prefs", {
            "download.default_directory": str(downloads),
            "profile.default_content_setting_values.automatic_downloads": 1})
        self.downloads = downloads
        self.driver = webdriver.Chrome(
            service=Service(shutil.which("chromedriver")), options=options)
        self.driver.set_page_load_timeout(SECONDS)
        self.driver.set_script_timeout(SECONDS)

    def close(self):
        self.driver.quit()

    # ---- where -------------------------------------------------------------

    def visit(self, base, domain="ims.example"):
        self.base = base
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get(f"{base}/")
        self.sees(domain)

    def go(self, view):
        """As somebody to whom the address was sent."""
        self.driver.get("about:blank")
        self.driver.get(f"{self.base}/#/{view}")
        self.until(lambda: self.text(), "the page is drawn")

    def script(self, code, *arguments):
        return self.driver.execute_script(code, *arguments)

    # ---- reading -----------------------------------------------------------

    def until(self, condition, what, seconds=SECONDS):
        end = time.monotonic() + seconds
        while True:
            answer = condition()
            if answer:
                return answer
            if time.monotonic() > end:
                raise Timeout(f"not within {seconds} s: {what}\n"
                              f"the page says:\n{self.text()}")
            time.sleep(0.05)

    def text(self):
        return self.script(TEXT)

    def sees(self, *texts):
        for text in texts:
            self.until(lambda: text in self.text(), f"the page says: {text}")

    def sees_not(self, text):
        self.until(lambda: text not in self.text(),
                   f"the page says no more: {text}")

    def find(self, selector, text, within=None):
        return self.until(lambda: self.script(FIND, selector, text, within),
                          f"{selector} {text!r}")

    def steps(self):
        """What the ladder reads out, row by row."""
        return self.script("return [...document.querySelectorAll("
                           "'.ladder [role=option]')]"
                           ".map((e) => e.getAttribute('aria-label'))")

    def rows(self):
        """How many the ladder has, in sight or not."""
        return int(self.script(
            "return document.querySelector('.ladder [role=option]')"
            "?.ariaSetSize ?? 0"))

    # ---- doing -------------------------------------------------------------

    def click(self, text, selector="button, a, [role=tab]", within=None):
        self.find(selector, text, within).click()

    def fill(self, label, text):
        from selenium.webdriver.common.keys import Keys
        field = self.until(lambda: self.script(FIELD, label), label)
        field.send_keys(Keys.CONTROL, "a")
        field.send_keys(text)

    def choose(self, label, option):
        from selenium.webdriver.support.select import Select
        field = self.until(lambda: self.script(FIELD, label), label)
        Select(field).select_by_visible_text(option)

    def open_step(self, *texts):
        """The first row in sight that says all of these; where there is none
        the ladder is scrolled through. It is open when this returns, so that
        no click meets what was open before."""
        row = self.until(lambda: self.script(STEP, texts),
                         f"a step with {texts}")
        self.script("arguments[0].click()", row)
        self.until(lambda: self.script(OPEN, texts),
                   f"the step with {texts} is open")

    def press(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains
        ActionChains(self.driver).send_keys(*keys).perform()

    def focused(self):
        return self.script(
            "const e = document.activeElement;"
            "return (e.getAttribute('aria-label') || e.innerText || '')")

    # ---- what it complains of ----------------------------------------------

    def complaints(self, expected=()):
        """Errors and violations of the policy on the console, but for
        requests whose failure a test provoked."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] in ("SEVERE", "WARNING")
                and not any(text in entry["message"] for text in expected)]
