"""The commands of the README, on the server as `make serve` starts it."""

import json
import os
import re
import signal
import socket
import subprocess

from conftest import PATIENCE_SECONDS, ROOT


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def blocks_of(page):
    return re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def serve(build, folder, port):
    environment = dict(os.environ, LEADSCORE_SERVER_PORT=str(port), LEADSCORE_SERVER_EVENTS_PORT="0")
    process = subprocess.Popen([ROOT / "examples/server/serve.sh", build, folder], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    said = []
    for line in process.stdout:
        said.append(line)
        if '"event":"started"' in line:
            return process, "".join(said)
    raise AssertionError("".join(said))


def test_a_newcomer_gets_a_score_with_reasons(build, tmp_path):
    port = free_port()
    process, said = serve(build, tmp_path / "data", port)
    try:
        password = (tmp_path / "data/first-login").read_text().strip()
        assert f"http://127.0.0.1:{port} " in said and password in said
        page = (ROOT / "examples/server/README.md").read_text()
        script = "\n".join(blocks_of(page)).replace("127.0.0.1:8080", f"127.0.0.1:{port}")
        run = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, text=True,
                             capture_output=True, timeout=PATIENCE_SECONDS, env=dict(os.environ, PASSWORD=password))
        assert run.returncode == 0, run.stderr
        score = json.loads(run.stdout[run.stdout.index("{\n"):run.stdout.index("\n}") + 2])
        assert score["lead_id"] == "ada" and score["status"] == "scored" and score["score"] > 0
        assert any("demo" in reason["text"].lower() for reason in score["reasons"])
        assert '"added":2' in run.stdout and '"status":"waiting"' in run.stdout
        assert "about:blank" not in run.stdout  # No answer was a problem document.
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, rest
