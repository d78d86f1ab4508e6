"""A collector of traces that keeps what it is sent, and answers as a test wants it to."""

import json
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from live_support import wait_until

DECODE = Path(__file__).resolve().parent / "otlp" / "decode.py"


class Collector:
    """`answers` are (status, headers, body) of its next requests; then all are taken. While it is `held`, none is
    answered."""

    def __init__(self, python):
        self.python = python
        self.bodies, self.headers, self.paths, self.times, self.answers = [], [], [], [], []
        self.open = threading.Event()
        self.open.set()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    def _handler(collector):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, answer = collector.answers.pop(0) if collector.answers else (200, {}, b"{}")
                collector.times.append(time.monotonic())
                collector.paths.append(self.path)
                collector.headers.append(dict(self.headers))
                collector.bodies.append((status, body))
                collector.open.wait()
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(answer))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *words):
                pass

        return Handler

    def hold(self):
        self.open.clear()

    def release(self):
        self.open.set()

    @property
    def spans(self):
        """Those that it took, as OpenTelemetry's own definitions read them."""
        taken = b"".join(body + b"\n" for status, body in list(self.bodies) if status == 200)
        done = subprocess.run([self.python, DECODE], input=taken, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]

    def named(self, name):
        """The spans of this name; there is one at least, some time."""
        text = json.dumps(name).encode()
        wait_until(lambda: any(text in body for _, body in self.bodies), f"a span {name}")
        return [span for span in self.spans if span["name"] == name]

    def close(self):
        self.release()
        self.server.shutdown()
        self.server.server_close()
