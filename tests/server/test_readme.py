"""The commands of the README, on the server as `make serve` starts it."""

import json
import os
import re
import signal
import subprocess

from conftest import PATIENCE_SECONDS, ROOT
from live_support import free_port, wait_until

# What is run by itself, while the blocks behind it are run.
LISTEN = "sh in-a-terminal-of-its-own"


def blocks_of(page):
    """What its blocks are, and their text."""
    blocks = re.findall(r"^```(sh[^\n]*)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [(kind, text) for kind, text in blocks if not kind.startswith("sh no-run: ")]


def serve(build, folder, port, events_port):
    environment = dict(os.environ, LEADSCORE_SERVER_PORT=str(port), LEADSCORE_SERVER_EVENTS_PORT=str(events_port))
    process = subprocess.Popen([ROOT / "examples/server/serve.sh", build, folder], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for line in process.stdout:
        said.append(line)
        if '"event":"started"' in line:
            return process, "".join(said)
    raise AssertionError("".join(said))


class Terminal:
    """A shell that runs blocks in a folder; its input stays open, as a user's does."""

    def __init__(self, script, folder, **variables):
        self.folder, self.out = folder, folder / f"terminal-{len(list(folder.iterdir()))}.txt"
        # Debian's Python, which has the client that the page names.
        environment = dict(os.environ, PATH=f"/usr/bin:{os.environ['PATH']}", **variables)
        with open(self.out, "wb") as out:
            self.process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", script], cwd=folder, env=environment,
                                            stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT)

    @property
    def text(self):
        return self.out.read_text()

    def wait_for(self, text):
        wait_until(lambda: text in self.text or self.process.poll() is not None, text, PATIENCE_SECONDS)
        assert text in self.text, self.text

    def end(self):
        self.process.stdin.close()
        assert self.process.wait(PATIENCE_SECONDS) == 0, self.text


def parts_of(page):
    """The script up to the block that listens, that block, and the script behind it."""
    blocks = blocks_of(page)
    at = [kind for kind, _ in blocks].index(LISTEN)
    assert {kind for kind, _ in blocks[:at] + blocks[at + 1:]} == {"sh"}
    return "\n".join(text for _, text in blocks[:at]), blocks[at][1], "\n".join(text for _, text in blocks[at + 1:])


def run_as_a_newcomer(page, folder, password):
    """What the commands print, and the events that came meanwhile."""
    before, listen, after = parts_of(page)
    listening = "touch logged-in; until [ -e listening ]; do sleep 0.05; done"
    first = Terminal("\n".join([before, listening, after]), folder, PASSWORD=password)
    wait_until(lambda: (folder / "logged-in").exists() or first.process.poll() is not None, "he logs in", PATIENCE_SECONDS)
    other = Terminal(listen, folder)
    try:
        other.wait_for("stream_opened")
        (folder / "listening").touch()
        first.end()
        other.wait_for("lead_score_updated")
    finally:
        other.process.kill()  # Where all went well it is ended so, too: without a terminal Ctrl-D is not seen.
        first.process.kill()
    return first.text, [json.loads(event) for event in re.findall(r'\{"id":.*\}', other.text)]


def look_at_score(said):
    score = json.loads(said[said.index("{\n"):said.index("\n}") + 2])
    assert score["lead_id"] == "ada" and score["status"] == "scored" and score["score"] > 0
    assert any("demo" in reason["text"].lower() for reason in score["reasons"])


def test_a_newcomer_gets_a_score_with_reasons_and_sees_the_events(build, tmp_path):
    port, events_port = free_port(), free_port()
    process, said = serve(build, tmp_path / "data", port, events_port)
    page = (ROOT / "examples/server/README.md").read_text()
    page = page.replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace("127.0.0.1:8081", f"127.0.0.1:{events_port}")
    try:
        password = (tmp_path / "data/first-login").read_text().strip()
        assert f"http://127.0.0.1:{port} " in said and password in said
        assert f"ws://127.0.0.1:{events_port}/api/v1/events " in said
        said, events = run_as_a_newcomer(page, tmp_path, password)
        look_at_score(said)
        assert '"added":2' in said and '"status":"waiting"' in said
        assert "about:blank" not in said  # No answer was a problem document.
        assert [event["type"] for event in events[:2]] == ["new_lead_activity", "lead_score_updated"]
        assert all(event["data"]["lead_id"] == "ada" for event in events[:2])
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, rest
