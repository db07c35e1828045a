"""Through the door that handsets use: reports posted over HTTP in batches.

The standard library's HTTP client does: one kept-alive connection, one request at a time, no
further dependency for a tool that only load tests and demonstrations use.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse
from collections.abc import Callable, Sequence

from dashboard.errors import GridwallError

BATCH = 200
_PATH = "/api/v1/reports"
_ONE, _MANY = "application/cloudevents+json", "application/cloudevents-batch+json"
_MOST_TRIES = 60


class HandsetSink:
    """Posts reports; waits for a server that is away, and repeats.

    Attributes:
        refused: how many requests were answered with 4xx; what is in them is spoiled and not sent again.
    """

    def __init__(self, url: str, sleep: Callable[[float], None] = time.sleep) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise GridwallError(f"{url} is not an address such as http://127.0.0.1:8050")
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.hostname, parts.port, timeout=30)
        self._url, self._sleep = url, sleep
        self.refused = 0

    def check(self) -> None:
        """Raises GridwallError when nobody listens at the address, before anything is sent."""
        try:
            self._connection.connect()
        except OSError as error:
            raise GridwallError(f"nobody answers at {self._url}: {error}") from None

    def send(self, reports: Sequence[tuple[str, bytes]]) -> None:
        """Posts the reports that are JSON in batches, and each of the others alone, so that it spoils nothing."""
        whole: list[bytes] = []
        for _, raw in reports:
            if _is_json(raw):
                whole.append(raw)
            else:
                self._post(raw, _ONE)
        for start in range(0, len(whole), BATCH):
            batch = whole[start : start + BATCH]
            if self._post(b"[" + b",".join(batch) + b"]", _MANY) >= 400:
                for raw in batch:  # one of them will never count, and a batch is taken as a whole or not at all
                    self._post(raw, _ONE)

    def _post(self, body: bytes, content_type: str) -> int:
        """Returns the status of the answer, which is below 500."""
        for attempt in range(_MOST_TRIES):
            try:
                self._connection.request("POST", _PATH, body, {"Content-Type": content_type})
                response = self._connection.getresponse()
                response.read()
            except (OSError, http.client.HTTPException):
                self._connection.close()
                self._sleep(min(2.0, 0.05 * 2**attempt))
                continue
            if response.status < 500:
                self.refused += response.status >= 400
                return response.status
            self._sleep(min(2.0, 0.05 * 2**attempt))
        raise GridwallError(f"{self._url} does not take reports")


def _is_json(raw: bytes) -> bool:
    try:
        json.loads(raw)
    except ValueError:
        return False
    return True
