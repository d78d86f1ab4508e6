"""Organizations with users of each role, made through the API as people would."""

import subprocess
from types import SimpleNamespace

PASSWORD = "a password of the tests"
ROLES = ["read_only", "user", "manager", "admin", "owner"]


def first_owner(server, organization, email):
    """The password of a new organization's owner, as the command line prints it."""
    done = subprocess.run([server.program, *server.sets, "--first-owner", f"{organization}:{email}"],
                          cwd=server.folder, env=server.environment, capture_output=True, text=True,
                          check=True)
    return done.stdout.strip()


def log_in(server, email, password, **more):
    return server.post("/api/v1/auth/login", {"email": email, "password": password, **more})


def invite(server, token, email, role):
    """A new user, who has chosen PASSWORD: his tokens."""
    invited = server.post("/api/v1/users", {"email": email, "role": role}, token=token)
    assert invited.status == 201, invited.bytes
    accepted = server.post("/api/v1/auth/invitations/accept",
                           {"token": invited.json["invitation_token"], "password": PASSWORD})
    assert accepted.status == 200, accepted.bytes
    return accepted.json


def found_alone(server, organization):
    """An organization with an owner alone: his token."""
    email = f"owner@{organization}.example"
    return log_in(server, email, first_owner(server, organization, email)).json["access_token"]


def found(server, organization):
    """An organization with a user of each role: its tokens and users by role, and an API key."""
    email = f"owner@{organization}.example"
    password = first_owner(server, organization, email)
    owner = log_in(server, email, password).json
    people = SimpleNamespace(organization=organization, password=password, tokens={}, users={})
    for role in ROLES:
        tokens = owner if role == "owner" else invite(server, owner["access_token"],
                                                      f"{role}@{organization}.example", role)
        people.tokens[role] = tokens["access_token"]
        people.users[role] = tokens["user"]
    key = server.post("/api/v1/api-keys", {"name": "tests", "scopes": ["leads:read", "users:read"]},
                      token=people.tokens["admin"])
    assert key.status == 201, key.bytes
    people.key = key.json
    return people
