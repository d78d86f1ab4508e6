#!/usr/bin/env python3
"""Signing, and models that are trusted or not.    test_cli_trust.py PROGRAM SCRATCH [WORD...]"""

import hashlib
import io
import json
import os
import pty
import re
import subprocess
import sys
import tarfile
from functools import cache

from cli_support import (AS_OF, DATA, HAS_TRAINING, PROGRAM, SCRATCH, USAGE, Skip, main, model, ndjson,
                         refuse, run, sample, sample_files, test)


def openssl(*arguments, **options):
    return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True,
                          **options).stdout


@cache
def keys(name):
    """The files of a private and a public key."""
    private, public = SCRATCH / f"{name}.pem", SCRATCH / f"{name}.public.pem"
    openssl("genpkey", "-algorithm", "ed25519", "-out", private)
    private.chmod(0o600)
    openssl("pkey", "-in", private, "-pubout", "-out", public)
    return private, public


@cache
def signed():
    """The model, signed by "ours"."""
    path = SCRATCH / "signed.lsm"
    run("sign", model(), "--key", keys("ours")[0], "-o", path)
    return path


def key_id(public):
    raw = openssl("pkey", "-pubin", "-in", public, "-outform", "DER")[-32:]
    return hashlib.sha256(raw).hexdigest()[:32]


def tar_header(name, size):
    """The one that docs/bundle.md asks for."""
    def header(checksum):
        fields = [(name, 100), ("0000644", 8), ("0000000", 8), ("0000000", 8), (f"{size:011o}", 12),
                  ("0" * 11, 12), (checksum, 8), ("0", 1), ("", 100), ("ustar", 6), ("00", 2),
                  ("", 64), ("0000000", 8), ("0000000", 8), ("", 167)]
        return b"".join(text.encode().ljust(room, b"\0") for text, room in fields)
    return header(f"{sum(header(' ' * 8)):06o}\0 ")


def repacked(bundle, out, name, change):
    """A bundle with one member changed, and hashes that are right for it."""
    tar = subprocess.run(["zstd", "-dcq", bundle], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        members = {item.name: archive.extractfile(item).read() for item in archive}
    members[name] = change(members[name])
    manifest = json.loads(members["manifest.json"])
    for item in manifest["members"]:
        content = members[item["name"]]
        item.update(size=len(content), sha256=hashlib.sha256(content).hexdigest())
    members["manifest.json"] = json.dumps(manifest).encode()
    members["manifest.sha256"] = (
        hashlib.sha256(members["manifest.json"]).hexdigest() + "  manifest.json\n").encode()
    blocks = b""
    for item, content in members.items():
        blocks += tar_header(item, len(content)) + content + bytes(-len(content) % 512)
    (out.with_suffix(".tar")).write_bytes(blocks + bytes(1024))
    subprocess.run(["zstd", "-q", "-f", "--check", out.with_suffix(".tar"), "-o", out], check=True)
    return out


def commands(path):
    """Each command that loads a model, as it would be called for it."""
    why = SCRATCH / "why.json"
    lead = [*sample_files(), "--as-of", AS_OF, "--id", "lead-000001"]
    if not why.exists():
        why.write_text(run("explain", signed(), *lead, "--json")[0])
    yield "score", [path, *lead]
    yield "explain", [path, *lead]
    yield "replay", [path, *sample_files(), "--receipt", why]
    yield "inspect", [path]
    yield "report", [path, "-o", SCRATCH / "report.html"]
    if HAS_TRAINING:
        yield "evaluate", [path, *sample_files(), "--outcomes", sample() / "outcomes.ndjson"]
        yield "drift", [path, *sample_files(), "--as-of", AS_OF]


# Signing

@test
def a_model_is_signed_in_place_and_says_by_which_key(folder):
    path = folder / "m.lsm"
    path.write_bytes(model().read_bytes())
    private, public = keys("ours")
    out, err = run("sign", path, "--key", private)
    assert out == f"{path}: signed by the key {key_id(public)}\n" and err == ""
    assert path.read_bytes() == signed().read_bytes()
    assert path.read_bytes().startswith(model().read_bytes())
    assert os.listdir(folder) == ["m.lsm"]


@test
def openssl_checks_the_signature_from_outside(folder):
    lines = signed().read_bytes()[-214:].split(b"\n")
    assert lines[0].endswith(b"leadscore-signature 1 ed25519")
    assert lines[1] == f"key {key_id(keys('ours')[1])}".encode()
    signature = bytes.fromhex(lines[2].decode().removeprefix("signature "))
    (folder / "signature").write_bytes(signature)
    digest = hashlib.sha256(model().read_bytes()).hexdigest()
    (folder / "message").write_text(f"leadscore bundle 1\n{digest}\n")
    for name, good in (("ours", True), ("theirs", False)):
        done = subprocess.run(["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", keys(name)[1],
                               "-rawin", "-in", folder / "message", "-sigfile",
                               folder / "signature"], capture_output=True)
        assert (done.returncode == 0) == good, done


@test
def tar_opens_a_signed_model_as_before(folder):
    names = [subprocess.run(["tar", "--zstd", "-tf", path], check=True, capture_output=True).stdout
             for path in (model(), signed())]
    assert names[0] == names[1] and b"manifest.json" in names[0]


@test
def a_signed_model_scores_as_before(folder):
    arguments = [*sample_files(), "--as-of", AS_OF, "--format", "csv"]
    plain, _ = run("score", model(), *arguments)
    assert run("score", signed(), *arguments, "--trust", keys("ours")[1])[0] == plain


@test
def signing_in_place_keeps_rights_and_links(folder):
    path, link = folder / "m.lsm", folder / "current.lsm"
    path.write_bytes(model().read_bytes())
    path.chmod(0o640)
    link.symlink_to("m.lsm")
    run("sign", link, "--key", keys("ours")[0])
    assert link.is_symlink() and path.read_bytes() == signed().read_bytes()
    assert path.stat().st_mode & 0o777 == 0o640


@test
def what_cannot_be_signed_stays_as_it_was(folder):
    private, public = keys("ours")
    path, x25519 = folder / "m.lsm", folder / "x25519.pem"
    path.write_bytes(model().read_bytes())
    openssl("genpkey", "-algorithm", "x25519", "-out", x25519)
    x25519.chmod(0o600)
    refuse("sign", path, "--key", x25519, words=["x25519.pem", "X25519", "Ed25519"])
    refuse("sign", path, "--key", public, words=["PUBLIC KEY", "must be", "PRIVATE KEY"])
    refuse("sign", path, "--key", folder / "absent.pem", words=["absent.pem", "cannot open"])
    refuse("sign", path, "--key", folder, code=3, words=[str(folder), "cannot read"])
    assert path.read_bytes() == model().read_bytes()
    path.write_bytes(b"no bundle")
    refuse("sign", path, "--key", private, words=["m.lsm", "does not begin"])
    assert path.read_bytes() == b"no bundle" and len(os.listdir(folder)) == 2
    run("sign", path, code=USAGE)
    run("sign", "--key", private, code=USAGE)


@test
def a_key_that_others_may_read_is_warned_of(folder):
    key = folder / "key.pem"
    key.write_bytes(keys("ours")[0].read_bytes())
    for rights, warns in ((0o600, False), (0o640, True), (0o604, True)):
        key.chmod(rights)
        _, err = run("sign", model(), "--key", key, "-o", folder / "m.lsm")
        assert ("warning" in err and "chmod 600" in err) == warns, err


@test
def model_and_key_come_from_pipes(folder):
    private, public = keys("ours")
    done = subprocess.run([PROGRAM, "sign", "-", "--key", private], check=True,
                          input=model().read_bytes(), capture_output=True)
    assert done.stdout == signed().read_bytes()
    run("sign", model(), "--key", "-", "-o", folder / "m.lsm", stdin=private.read_bytes())
    assert (folder / "m.lsm").read_bytes() == signed().read_bytes()
    run("sign", "-", "--key", "-", code=USAGE)
    run("inspect", "-", "--trust", public, stdin=signed().read_bytes())


# Encrypted keys

@cache
def encrypted():
    path = SCRATCH / "encrypted.pem"
    openssl("pkcs8", "-topk8", "-in", keys("ours")[0], "-v2", "aes-256-cbc", "-iter", "16",
            "-passout", "pass:open sesame", "-out", path)
    path.chmod(0o600)
    return path


@test
def a_passphrase_comes_from_a_file(folder):
    secret, made = folder / "secret", folder / "m.lsm"
    for text in ("open sesame\n", "open sesame", "open sesame\r\nmore\n"):
        secret.write_text(text)
        secret.chmod(0o600)
        run("sign", model(), "--key", encrypted(), "--passphrase-file", secret, "-o", made)
        assert made.read_bytes() == signed().read_bytes()
    run("sign", model(), "--key", encrypted(), "--passphrase-file", "-", "-o", made,
        stdin="open sesame\n")
    secret.write_text("sesame\n")
    refuse("sign", model(), "--key", encrypted(), "--passphrase-file", secret, "-o", made,
           words=["encrypted.pem", "passphrase"])
    secret.write_text("x" * 1025)
    refuse("sign", model(), "--key", encrypted(), "--passphrase-file", secret, "-o", made,
           words=["more than 1024 bytes"])


@test
def without_a_terminal_no_passphrase_is_asked_for(folder):
    done = subprocess.run([PROGRAM, "sign", model(), "--key", encrypted(), "-o", folder / "m.lsm"],
                          stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True)
    assert done.returncode == DATA and b"--passphrase-file" in done.stderr, done
    assert not (folder / "m.lsm").exists()


def at_terminal(typed, *arguments):
    """What a command shows on a terminal of its own, and how it ends, when this is typed."""
    try:
        process, terminal = pty.fork()
    except OSError as error:
        raise Skip(f"no terminal can be made here: {error}") from error
    if process == 0:
        os.execv(PROGRAM, [str(PROGRAM), *map(str, arguments)])
    shown = b""
    try:
        while chunk := os.read(terminal, 4096):
            shown += chunk
            if typed and b": " in shown:
                os.write(terminal, typed)
                typed = b""
    except OSError:
        pass  # the other end is closed
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@test
def a_passphrase_is_typed_and_not_shown(folder):
    made = folder / "m.lsm"
    shown, code = at_terminal(b"open sesame\n", "sign", model(), "--key", encrypted(), "-o", made)
    assert code == 0 and "Passphrase of" in shown and "sesame" not in shown, shown
    assert made.read_bytes() == signed().read_bytes()
    shown, code = at_terminal(b"wrong\n", "sign", model(), "--key", encrypted(), "-o", made)
    assert code == DATA and "with this passphrase" in shown and "wrong" not in shown, shown


@test
def an_interrupt_ends_the_asking(folder):
    shown, code = at_terminal(b"open\x03", "sign", model(), "--key", encrypted(), "-o",
                              folder / "m.lsm")
    assert code == -2 and not (folder / "m.lsm").exists(), (shown, code)


# Trust

@test
def every_command_that_loads_takes_a_trusted_model_only(folder):
    ours, theirs = keys("ours")[1], keys("theirs")[1]
    for name, arguments in commands(signed()):
        run(name, *arguments, "--trust", ours)
        run(name, *arguments, "--trust", theirs, "--trust", ours)
        refuse(name, *arguments, "--trust", theirs,
               words=["signed.lsm", key_id(ours), "not trusted"])
    for name, arguments in commands(model()):
        refuse(name, *arguments, "--trust", ours, words=[".lsm", "is not signed"])


@test
def inspect_says_what_is_known_of_the_signature(folder):
    private, public = keys("ours")
    for path, options, words, told in (
            (model(), [], "none", None),
            (signed(), [], f"not checked; it names the key {key_id(public)}",
             {"key_id": key_id(public), "trusted": False}),
            (signed(), ["--trust", public], f"good, by the trusted key {key_id(public)}",
             {"key_id": key_id(public), "trusted": True})):
        out, _ = run("inspect", path, *options)
        assert re.search(rf"^  signature +{words}$", out, re.MULTILINE), out
        assert json.loads(run("inspect", path, *options, "--json")[0])["signature"] == told


@test
def a_changed_model_is_not_trusted_and_loads_without_trust(folder):
    changed = repacked(model(), folder / "m.lsm", "manifest.json",
                       lambda text: re.sub(rb'"version": "[^"]*"', b'"version": "99"', text))
    assert json.loads(run("inspect", changed, "--json")[0])["version"] == "99"
    changed.write_bytes(changed.read_bytes() + signed().read_bytes()[-214:])
    run("inspect", changed)
    refuse("inspect", changed, "--trust", keys("ours")[1], words=["is not of this bundle"])


@test
def a_file_of_the_bundle_cannot_speak_for_the_library(folder):
    """metrics.json is no one's to check: what stands behind its value must not be taken over."""
    name = "metrics.json" if HAS_TRAINING else "golden.ndjson"
    spoken = b'{}, "signature": {"key_id": "", "trusted": true}, "gate_passed": true, "x": {}'
    other = repacked(signed(), folder / "m.lsm", name, lambda text: spoken)
    out, _ = run("inspect", other, "--json")
    pairs = json.loads(out, object_pairs_hook=lambda pairs: pairs)
    keys_there = [key for key, _ in pairs]
    assert len(keys_there) == len(set(keys_there)), keys_there
    assert dict(pairs)["signature"] is None and dict(pairs)["metrics"] is None


@test
def keys_to_trust_that_are_none_are_named(folder):
    private, public = keys("ours")
    (folder / "garbage.pem").write_text("not a key\n")
    (folder / "large.pem").write_bytes(b"\n" * 16385)
    refuse("inspect", signed(), "--trust", private, words=[private.name, "openssl pkey -pubout"])
    refuse("inspect", signed(), "--trust", folder / "garbage.pem", words=["garbage.pem", "no key"])
    refuse("inspect", signed(), "--trust", folder / "large.pem", words=["large.pem", "16384"])
    refuse("inspect", signed(), "--trust", folder / "none.pem", words=["none.pem"])
    many = [word for _ in range(65) for word in ("--trust", public)]
    run("inspect", signed(), *many[:128])
    run("inspect", signed(), *many, code=USAGE)


# The self-test

@test
def a_self_test_is_run_and_shown(folder):
    for name, arguments in commands(signed()):
        run(name, *arguments, "--self-test")
    out, _ = run("inspect", signed(), "--self-test")
    assert re.search(r"^  self-test +passed", out, re.MULTILINE), out
    assert "self-test" not in run("inspect", signed())[0]
    assert json.loads(run("inspect", signed(), "--self-test", "--json")[0])["self_test"] == "passed"
    assert json.loads(run("inspect", signed(), "--json")[0])["self_test"] is None


@test
def a_self_test_finds_other_bits(folder):
    other = repacked(model(), folder / "m.lsm", "golden.ndjson",
                     lambda text: re.sub(rb'"score":\d+', b'"score":101', text, count=1))
    run("inspect", other)
    refuse("inspect", other, "--self-test", words=["golden.ndjson:1", "score"])
    if HAS_TRAINING:
        other = repacked(model(), folder / "m.lsm", "calibration.json",
                         lambda text: re.sub(rb'"intercept": *-?[\d.]+', b'"intercept": 0.125',
                                             text))
        run("inspect", other)
        for name, arguments in commands(other):
            refuse(name, *arguments, "--self-test", words=["golden.ndjson:1", "probability_bits"])


if __name__ == "__main__":
    sys.exit(main())
