"""Hears of alerts from Alertmanager and writes a line for each: `python -m deploy.stack.alerts HOST PORT`."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

_BODY_MAX_BYTES = 1 << 20
_BODY_WITHIN_S = 5.0


class AlertLog(BaseHTTPRequestHandler):
    """Takes what Alertmanager's webhook sends; a line of JSON to standard output for each alert in it."""

    timeout = _BODY_WITHIN_S

    def do_POST(self) -> None:
        """One message: several alerts that began (`firing`) or ended (`resolved`)."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > _BODY_MAX_BYTES:
            self.send_error(413)
            return
        try:
            for line in told(json.loads(self.rfile.read(length))):
                print(json.dumps(line), flush=True)  # noqa: T201  (that is what it is for)
        except (ValueError, KeyError):
            self.send_error(400)
            return
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Requests themselves are not told."""


def told(message: dict[str, Any]) -> list[dict[str, Any]]:
    """What is written of each alert. Raises `KeyError` for what no Alertmanager sends."""
    return [
        {
            "time": alert["startsAt"] if alert["status"] == "firing" else alert["endsAt"],
            "status": alert["status"],
            "alert": alert["labels"]["alertname"],
            "severity": alert["labels"].get("severity", ""),
            "summary": alert["annotations"].get("summary", ""),
            "labels": {k: v for k, v in alert["labels"].items() if k not in ("alertname", "severity")},
        }
        for alert in message["alerts"]
    ]


if __name__ == "__main__":
    HTTPServer((sys.argv[1], int(sys.argv[2])), AlertLog).serve_forever()
