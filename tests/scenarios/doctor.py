# SPDX-License-Identifier: MIT
"""A network with its doctor, and what is asked of it in tests."""
import json
import urllib.parse
import urllib.request

import network as networks
from clients import Account
from sipp import row
from waiting import Timeout, until

SECONDS = 15 * networks.PATIENCE
DOMAIN = "ims.example"


class Clinic:
    """A running box; phones (SIPp) that fail in it, and its findings."""

    def __init__(self, launcher, block, sipp):
        self.launcher = launcher
        self.net = launcher.net
        self.block = block
        self.sipp = sipp
        self.api = f"{launcher.dashboard}/api/v1"
        self.last = 100

    def address(self):
        self.last += 1
        return f"{self.block.address(self.last)}:5060"

    def account(self, user, domain=DOMAIN, **secret):
        secret = secret or {"password": f"{user}s-password"}
        return Account(user, domain, self.net.proxy(), **secret)

    row = staticmethod(row)

    def run(self, scenario, account, peer=None, to=None, at=None, **options):
        """One SIPp that must see what its scenario expects."""
        run = self.sipp(scenario, at or self.address(),
                        to or self.net.proxy(), [row(account, peer)],
                        **options)
        run.wait()
        return run

    def ask(self, method, account, uri, status, to=None, extra="X-Test: 1",
            forwards=70, tag="", **options):
        """One request, and the answer that it must get."""
        values = {"method": method, "uri": uri, "status": status,
                  "forwards": forwards, "extra": extra,
                  "to": to or account.impu, "tag": tag}
        return self.run("ask", account, values=values, **options)

    def get(self, path, **query):
        url = f"{self.api}{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=SECONDS) as answer:
            return json.load(answer)

    def findings(self, **query):
        return self.get("/doctor", **query)["findings"]

    def finding(self, cause, **query):
        """The newest with that cause, waited for."""
        def there():
            return [f for f in self.findings(**query) if f["cause"] == cause]
        try:
            return until(there, SECONDS, f"{cause} {query}")[0]
        except Timeout as late:
            others = [(f["cause"], f["what"]) for f in self.findings()]
            raise AssertionError(f"{late}; there is {others}") from late

    def is_told(self, user, method="REGISTER", result=200):
        """Waits until the story has that end of a call, and a turn more, so
        that what the doctor makes of it is there."""
        query = {"user": user, "method": method, "result": result}
        until(lambda: self.get("/trace", **query)["steps"], SECONDS,
              f"the story tells {query}")
        self.get("/doctor")


def check(finding, node, *words):
    """Where it is, and that what to do names each word."""
    assert finding["node"] == node, finding
    for word in words:
        assert word in finding["do"], finding
    assert finding["kind"] == "failure" and finding["clause"], finding
    assert finding["steps"] == sorted(finding["steps"]), finding
    assert finding["what"].endswith(".") and finding["where"].endswith(".")
