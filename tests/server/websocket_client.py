"""A WebSocket client (RFC 6455) of the standard library, as small as the tests need it."""

import base64
import hashlib
import json
import os
import socket
import ssl
import struct

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Refused(Exception):
    """The server answered the handshake with something else than 101."""

    def __init__(self, status, headers, body):
        super().__init__(f"{status}: {body!r}")
        self.status, self.headers, self.body = status, headers, body


class Closed(Exception):
    """The server closed the connection: with a code, or None where it only hung up."""

    def __init__(self, code, reason=""):
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class WebSocket:
    """`answers_pings` False plays dead."""

    def __init__(self, port, path, headers=(), *, host="127.0.0.1", tls=None, timeout=10, receive_buffer=None):
        self.answers_pings = True
        self.pings = 0
        self.socket = socket.socket()
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((host, port))
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_hostname="localhost")
        self.buffer = b""
        self._shake_hands(host, port, path, dict(headers))

    def _shake_hands(self, host, port, path, headers):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade",
                 f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        status, answer = self._read_head()
        if status != 101:
            body = self._read_body(int(answer.get("content-length", 0)))
            self.socket.close()
            raise Refused(status, answer, body)
        wanted = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
        assert answer["sec-websocket-accept"] == wanted

    def _read_head(self):
        while b"\r\n\r\n" not in self.buffer:
            more = self.socket.recv(4096)
            if not more:
                raise Closed(None, f"in the handshake, after {self.buffer!r}")
            self.buffer += more
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        pairs = (line.split(": ", 1) for line in lines)
        return int(first.split()[1]), {name.lower(): value for name, value in pairs}

    def _read_body(self, length):
        while len(self.buffer) < length:
            more = self.socket.recv(4096)
            if not more:
                break
            self.buffer += more
        return self.buffer

    def _take(self, length):
        while len(self.buffer) < length:
            more = self.socket.recv(65536)
            if not more:
                raise Closed(None)
            self.buffer += more
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def send(self, opcode, payload):
        mask = os.urandom(4)
        n = len(payload)
        size = struct.pack("!B", 0x80 | n) if n < 126 else struct.pack("!BH", 0x80 | 126, n)
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + masked)

    def _frame(self):
        first, second = self._take(2)
        length = second & 0x7F
        assert not second & 0x80, "a server does not mask"
        if length == 126:
            (length,) = struct.unpack("!H", self._take(2))
        elif length == 127:
            (length,) = struct.unpack("!Q", self._take(8))
        return bool(first & 0x80), first & 0x0F, self._take(length)

    def receive(self):
        """The next message as JSON. Pings are answered."""
        whole = b""
        while True:
            is_last, opcode, payload = self._frame()
            if opcode == PING:
                self.pings += 1
                if self.answers_pings:
                    self.send(PONG, payload)
            elif opcode == CLOSE:
                code = struct.unpack("!H", payload[:2])[0] if payload else None
                self.socket.close()
                raise Closed(code, payload[2:].decode())
            elif opcode in (0, TEXT):
                whole += payload
                if is_last:
                    return json.loads(whole)

    def close(self):
        try:
            self.send(CLOSE, struct.pack("!H", 1000))
        except OSError:
            pass
        self.socket.close()


def trusting(certificate):
    """What TLS needs to trust this certificate alone."""
    return ssl.create_default_context(cafile=certificate)
