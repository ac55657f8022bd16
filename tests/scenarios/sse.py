# SPDX-License-Identifier: MIT
"""A reader of server-sent events."""
import http.client
import json
import threading
from urllib.parse import urlsplit

import network as networks

SECONDS = 10 * networks.PATIENCE


class Events:
    """Reads in the background; `seen` are (name, id, data)."""

    def __init__(self, url, **headers):
        where = urlsplit(url)
        self.seen = []
        self.news = threading.Condition()
        self.connection = http.client.HTTPConnection(where.netloc,
                                                     timeout=SECONDS)
        self.connection.request("GET", f"{where.path}?{where.query}",
                                headers=headers)
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.read()
        assert self.answer.headers["Content-Type"] == "text/event-stream"
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        event = {}
        try:
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if line:
                    key, _, value = line.partition(":")
                    event[key] = value.strip()
                elif event.get("data"):
                    with self.news:
                        self.seen.append((event.get("event"), event.get("id"),
                                          json.loads(event["data"])))
                        self.news.notify_all()
                    event = {}
                else:
                    event = {}
        except (OSError, http.client.HTTPException, AttributeError,
                ValueError):
            pass

    def all(self, name):
        with self.news:
            return [data for event, _, data in self.seen if event == name]

    def steps(self):
        return [step for data in self.all("steps") for step in data["steps"]]

    def last_id(self):
        with self.news:
            return [number for _, number, _ in self.seen if number][-1]

    def wait_for(self, condition, what):
        with self.news:
            assert self.news.wait_for(
                lambda: condition(self.seen), SECONDS), \
                f"no {what}: {self.seen[-5:]}"

    def wait_for_step(self, text, what=""):
        self.wait_for(lambda seen: any(
            text in step["text"] for name, _, data in seen if name == "steps"
            for step in data["steps"]), what or text)

    def wait_for_state(self, node, state):
        self.wait_for(lambda seen: any(
            name == "node" and data["name"] == node and data["state"] == state
            for name, _, data in seen), f"{node} {state}")

    def close(self):
        self.connection.close()
        self.answer.close()
