"""What an attacker writes where a text, a number or a body is asked for; and where the document asks for them."""

import copy

from document import body_for, resolve, value_for

SQL = ["' OR '1'='1", "'; DROP TABLE leads; --", "\" OR \"\"=\"", "1 UNION SELECT sql FROM sqlite_schema --",
       "x' || (SELECT password FROM credentials) || '", "%' ESCAPE '%", "\\'; ATTACH 'stolen.db' AS a; --"]
LINES = ["a\r\nSet-Cookie: stolen=1", "a\n{\"event\":\"forged\"}", "a\u2028\u0085b", "\x1b[2J\x1b]0;title\x07"]
PATHS = ["../../../etc/passwd", "..\\..\\auth.key", "/etc/passwd", "file:///etc/passwd", "auth.db", ".", ".."]
FORMATS = ["%s%n%s%n%p", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}", "<script>alert(1)</script>"]
TEXTS = SQL + LINES + PATHS + FORMATS


def places_in(schema, at=()):
    """Where in a body a text may stand: the steps to it."""
    schema = resolve(schema)
    kinds = schema.get("type", "object")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "string" in kinds and "enum" not in schema:
        yield at
    if "object" in kinds and len(at) < 4:  # deep enough for all that is named; properties may recur
        for name, member in schema.get("properties", {}).items():
            yield from places_in(member, (*at, name))
        if isinstance(schema.get("additionalProperties"), dict):
            yield (*at, "another")
    if "array" in kinds and isinstance(schema.get("items"), dict):
        yield from places_in(schema["items"], (*at, 0))


def least_body_of(operation):
    """No more than must be there: what is added twice is otherwise refused for that."""
    body, needed = copy.deepcopy(body_for(operation)), resolve(operation.body).get("required", [])
    return {key: value for key, value in body.items() if key in needed} if isinstance(body, dict) else body


def body_with(operation, place, text):
    """What the operation takes, but for a text at one place."""
    body = least_body_of(operation)
    if not place:
        return text
    if place[0] == 0:
        body = [value_for(resolve(operation.body)["items"])]
    holder = body
    for step, following in zip(place, place[1:]):
        wanted = [] if following == 0 else {}
        if isinstance(holder, list):
            if not holder:
                holder.append(wanted)
        elif not isinstance(holder.get(step), (dict, list)):
            holder[step] = wanted
        holder = holder[step]
    if isinstance(holder, list):
        holder[:] = [text]
    else:
        holder[place[-1]] = text
    return body


def parameters_of(operation, place):
    return [each for each in operation.parameters if each["in"] == place]

