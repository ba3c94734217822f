"""``--report-jsonl``: each event as a line of JSON, as it happens."""
import json


def line(event):
    """ASCII, so that any reader can cope with what tests print and are called."""
    return json.dumps(event, separators=(",", ":"), allow_nan=False).encode() + b"\n"


class Sink:
    live = True  # wants to hear when a test starts

    def __init__(self, stream):
        self.target = stream.target
        self._stream = stream

    def event(self, event):
        self._stream.write(line(event))
        if event["event"] == "run_end":
            self._stream.close()
