"""Bodies that are made to cost more than they are: JSON too deep, too long, with too much, or none at all."""

import json

import pytest

from document import operations, path_for
from people import found

WITH_BODY = [each for each in operations() if each.body]
DEEP = 100000


def nested(n, opening=b"[", closing=b"]", inside=b"1"):
    return opening * n + inside + closing * n


BOMBS = {
    "arrays in arrays": nested(DEEP),
    "arrays that do not end": b"[" * DEEP,
    "objects in objects": nested(DEEP, b'{"a":', b"}"),
    "as deep as the parser goes": nested(2000, b'{"a":', b"}"),
    "a number beyond all": b'{"a": 1e999999999}',
    "a number of many digits": b'{"a": ' + b"9" * 500000 + b"}",
    "a fraction of many digits": b'{"a": 0.' + b"1" * 500000 + b"}",
    "minus zero": b'{"a": -0}',
    "many names": json.dumps({f"k{i}": i for i in range(60000)}).encode(),
    "many items": b"[" + b"0," * 300000 + b"0]",
    "a name twice": b'{"email": "a@b.example", "email": "c@d.example"}',
    "a name twice, written otherwise": b'{"id": "a", "\\u0069d": "b"}',
    "bytes that are no UTF-8": b'{"id": "\xff\xfe"}',
    "too long a form of UTF-8": b'{"id": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"id": "\xed\xa0\x80"}',
    "half a surrogate": b'{"id": "\\ud800"}',
    "surrogates the wrong way round": b'{"id": "\\udc00\\ud800"}',
    "NUL in a text": b'{"id": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b": 1}',
    "NUL as it is": b'{"id": "a\x00b"}',
    "a mark before it": b"\xef\xbb\xbf{}",
    "UTF-16": json.dumps({"id": "a"}).encode("utf-16"),
    "not a number": b'{"a": NaN, "b": Infinity}',
    "a comment": b'{"a": 1 /* 2 */}',
    "two documents": b"{}{}",
    "a long text": b'{"id": "' + b"a" * 900000 + b'"}',
    "white space": b" " * 900000 + b"{}",
    "names of objects of all": b'{"__proto__": {"admin": true}, "constructor": {"prototype": {"role": "owner"}}}',
}


@pytest.fixture(scope="module")
def acme(server):
    return found(server, "acme")


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_or_is_a_plain_value(server, acme, bomb):
    connection = server.connect()
    for operation in WITH_BODY:
        token = None if operation.public else acme.tokens["owner"]
        answer = server.ask(operation.method, path_for(operation, {}), BOMBS[bomb], token=token, connection=connection,
                            Content_Type="application/json")
        assert answer.status < 500, (operation.id, answer.bytes)
        assert answer.status >= 400 or answer.bytes.decode().isprintable()
        if answer.status >= 400:
            assert answer.headers["content-type"] == "application/problem+json" and len(answer.bytes) < 2000
    assert server.get("/healthz", connection=connection).status == 200


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "gzip, gzip"])
def test_a_body_that_would_be_unpacked_is_refused(server, acme, encoding):
    answer = server.ask("POST", "/api/v1/leads", b"\x1f\x8b\x08\x00", token=acme.tokens["owner"],
                        Content_Type="application/json", Content_Encoding=encoding)
    assert answer.status == 415


@pytest.mark.parametrize("bundle", [b"x", b"\x28\xb5\x2f\xfd" + b"\xff" * 64, b"\x00" * 1000000, b"LSM" * 1000, BOMBS["objects in objects"]],
                         ids=["a byte", "zstd", "zeros", "letters", "json"])
def test_what_is_no_bundle_is_refused(server, acme, bundle):
    answer = server.ask("POST", "/api/v1/scoring/models", bundle, token=acme.tokens["owner"],
                        Content_Type="application/octet-stream")
    assert answer.status == 422 and answer.headers["content-type"] == "application/problem+json"


def test_a_property_may_lie_so_deep_and_no_deeper(server, acme):
    def put(n):
        return server.ask("PUT", "/api/v1/leads/deep", nested(n, b'{"a":', b"}"), token=acme.tokens["user"],
                          Content_Type="application/json")

    assert put(32).status == 201
    deeper = put(33)
    assert deeper.status == 422 and "deeper" in deeper.json["detail"]
