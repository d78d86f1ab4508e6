"""
Opens thousands of WebSockets that only listen, and says what they cost the server: memory, threads, and the time of
its processor while they idle and when an event goes to all of them.

    idle_connections.py DRIVER [--connections N] [--seconds S] [--heartbeat S]
"""

import argparse
import base64
import json
import os
import selectors
import socket
import struct
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from live_support import Driver  # noqa: E402

PATH = "/api/v1/events"


class Crowd:
    """Connections by one selector. Pings are answered; what else comes is counted."""

    def __init__(self, port, authorization):
        self.port, self.authorization = port, authorization
        self.selector = selectors.EpollSelector()
        self.sockets, self.pings, self.texts, self.closed = [], 0, 0, 0

    def open(self, count, at_once=200):
        while count > 0:
            batch = [self._ask() for _ in range(min(count, at_once))]
            for one in batch:
                self._opened(one)
            count -= len(batch)
            self._hear(0)

    def _ask(self):
        one = socket.create_connection(("127.0.0.1", self.port), 30)
        key = base64.b64encode(os.urandom(16)).decode()
        one.sendall((f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                     f"Authorization: {self.authorization}\r\n\r\n").encode())
        return one

    def _opened(self, one):
        head = b""
        while b"\r\n\r\n" not in head:
            more = one.recv(4096)
            assert more, f"the server hung up on connection {len(self.sockets)}"
            head += more
        assert head.startswith(b"HTTP/1.1 101 "), head
        one.setblocking(False)
        rest = bytearray(head.split(b"\r\n\r\n", 1)[1])
        self.selector.register(one, selectors.EVENT_READ, rest)
        self.sockets.append(one)
        self._frames(one, rest)

    def _frames(self, one, buffer):
        while len(buffer) >= 2:
            length, start = buffer[1] & 0x7F, 2
            if length == 126:
                length, start = struct.unpack("!H", buffer[2:4])[0] if len(buffer) >= 4 else 0, 4
            if len(buffer) < start + length:
                return
            opcode, payload = buffer[0] & 0x0F, bytes(buffer[start:start + length])
            del buffer[:start + length]
            if opcode == 9:
                self.pings += 1
                one.send(bytes([0x8A, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
            elif opcode == 8:
                self.closed += 1
            else:
                self.texts += 1

    def _hear(self, timeout):
        for key, _ in self.selector.select(timeout):
            more = key.fileobj.recv(65536)
            if more:
                key.data.extend(more)
                self._frames(key.fileobj, key.data)
            else:
                self.closed += 1
                self.selector.unregister(key.fileobj)

    def listen(self, seconds, until=lambda: False):
        end = time.monotonic() + seconds
        while time.monotonic() < end and not until():
            self._hear(0.1)


def status_of(pid):
    with open(f"/proc/{pid}/status") as lines:
        fields = dict(line.split(":", 1) for line in lines)
    return int(fields["VmRSS"].split()[0]) * 1024, int(fields["Threads"])


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as text:
        fields = text.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(driver, count, seconds):
    pid, crowd = driver.process.pid, Crowd(driver("port"), "Bearer acme/user")
    crowd.open(1)
    before, threads_before = status_of(pid)
    began, cpu = time.monotonic(), cpu_seconds(pid)
    crowd.open(count - 1)
    opened, opened_cpu = time.monotonic() - began, cpu_seconds(pid) - cpu
    crowd.listen(30, lambda: crowd.texts >= count)
    after, threads = status_of(pid)
    cpu = cpu_seconds(pid)
    crowd.listen(seconds)
    idle = (cpu_seconds(pid) - cpu) / seconds
    texts, cpu, began = crowd.texts, cpu_seconds(pid), time.monotonic()
    assert driver("publish", "acme", "lead_score_updated", {"lead_id": "lead-1", "score": 71}, 1)
    crowd.listen(60, lambda: crowd.texts >= texts + count)
    spread, spread_cpu = time.monotonic() - began, cpu_seconds(pid) - cpu
    assert crowd.texts == texts + count and crowd.closed == 0, (crowd.texts, texts, crowd.closed)
    return {"connections": driver("counts")["connections"], "threads_with_one": threads_before, "threads": threads,
            "bytes_a_connection": round((after - before) / (count - 1)),
            "resident_mb": round(after / 1e6, 1), "opened_s": round(opened, 2), "opened_cpu_s": round(opened_cpu, 2),
            "idle_cpu_percent": round(100 * idle, 2), "pings_answered": crowd.pings,
            "event_to_all_s": round(spread, 2), "event_to_all_cpu_s": round(spread_cpu, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("driver", help="build/server/host/live_driver")
    parser.add_argument("--connections", type=int, default=10000)
    parser.add_argument("--seconds", type=int, default=60, help="how long they idle")
    parser.add_argument("--heartbeat", type=int, default=30)
    asked = parser.parse_args()
    driver = Driver(asked.driver, hub={"heartbeat_s": asked.heartbeat})
    print(json.dumps(measure(driver, asked.connections, asked.seconds), indent=1))
    driver.close()


if __name__ == "__main__":
    main()
