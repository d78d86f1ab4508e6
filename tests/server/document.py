"""The API document, and values that its schemas take."""

import json
import uuid
from pathlib import Path
from types import SimpleNamespace

DOCUMENT = json.loads((Path(__file__).resolve().parent.parent.parent
                       / "examples" / "server" / "openapi.json").read_text())
METHODS = ["get", "put", "post", "delete", "patch"]
# One text for each pattern of the document: making them from patterns would be a library of its own.
PATTERNS = {"^[0-9a-f]{32}$": "0" * 32, "^[0-9a-f]{64}$": "0" * 64, "^([A-Za-z0-9_-]{4})*([A-Za-z0-9_-]{2,3})?$": "AAAA",
            "^[A-Za-z0-9_.:-]+$": "a-key-of-tests", "^[^\x01-\x1f\x7f]*$": "a text"}
FORMATS = {"email": "somebody@example.org", "uuid": str(uuid.UUID(int=0)),
           "date-time": "2026-01-02T03:04:05Z", "uri": "https://example.org/"}


def resolve(value):
    while "$ref" in value:
        _, *steps = value["$ref"].split("/")
        value = DOCUMENT
        for step in steps:
            value = value[step]
    return value


def operations():
    """All operations, as objects with method, path, id, role, scope, whether they are public, and whether they
    take a body."""
    found = []
    for path, item in DOCUMENT["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            operation = item[method]
            content = operation.get("requestBody", {}).get("content", {})
            found.append(SimpleNamespace(
                id=operation["operationId"], method=method.upper(), path=path,
                role=operation.get("x-role"), scope=operation.get("x-scope"),
                public=operation.get("security") == [],
                parameters=[resolve(each) for each in
                            item.get("parameters", []) + operation.get("parameters", [])],
                body=content.get("application/json", {}).get("schema")))
    return found


def text_for(schema):
    if "pattern" in schema:
        return PATTERNS[schema["pattern"]]
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return "a" * max(schema.get("minLength", 1), 1)


def value_for(schema):
    """A value that a schema takes, with no more in it than must be."""
    schema = resolve(schema)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        members = schema.get("properties", {})
        names = schema.get("required", []) or list(members)[:schema.get("minProperties", 0)]
        return {name: value_for(members.get(name, {"type": "string"})) for name in names}
    if kind == "array":
        return [value_for(schema["items"]) for _ in range(schema.get("minItems", 0))]
    if kind == "string":
        return text_for(schema)
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 0.5),
            "boolean": True, "null": None}[kind]


def body_for(operation):
    return value_for(operation.body) if operation.body else None


def path_for(operation, values):
    """The path with its parameters; where `values` has none of a name, one that names nothing there is."""
    path = operation.path
    for parameter in operation.parameters:
        if parameter["in"] == "path":
            value = values.get(parameter["name"], text_for(parameter["schema"]))
            path = path.replace("{" + parameter["name"] + "}", value)
    return path
