"""What schemathesis needs to know of the Worker that a schema cannot say."""

import json
import os
import re
import unicodedata

import requests
import schemathesis

URL = os.environ["PORTCULLIS_URL"]
SECRET = os.environ["PORTCULLIS_INTROSPECTION_SECRET"]
PASSWORD = os.environ["PORTCULLIS_PASSWORD"]
# Stands for an operator's signature, which signing-proxy.mjs makes.
SIGN_THIS = os.environ["PORTCULLIS_SIGN_THIS"]

# The document's example contains the new password. After the first change, the user bob has the new one.
NEW_PASSWORD = "another horse, another staple"


def log_in(username, *passwords):
    for password in passwords:
        answer = requests.post(
            f"{URL}/login",
            json={"username": username, "password": password},
            # Another address than the tests use, because the Worker counts its failures.
            headers={"CF-Connecting-IP": "203.0.113.1"},
            timeout=30,
        )
        if answer.status_code == 200:
            return answer.json()["token"]
    raise RuntimeError(f"{username} cannot log in: {answer.status_code} {answer.text}")


class Bearer:
    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}


@schemathesis.auth(refresh_interval=120).apply_to(path=["/me", "/verify"])
class OneToken(Bearer):
    """alice's, for all that does not end it."""

    def get(self, case, context):
        return log_in("alice", PASSWORD)


@schemathesis.auth(refresh_interval=None).apply_to(path=["/logout", "/password", "/sessions", "/sessions/{id}"])
class FreshToken(Bearer):
    """bob's, a new one for each request, as it may be the token's last."""

    def get(self, case, context):
        return log_in("bob", PASSWORD, NEW_PASSWORD)


@schemathesis.auth().apply_to(path="/introspect")
class Caller(Bearer):
    def get(self, case, context):
        return SECRET


@schemathesis.auth().apply_to(path_regex="^/admin/")
class Operator(Bearer):
    def get(self, case, context):
        return SIGN_THIS


# A new username may not contain, as its description says, white space at its ends, white space other than
# spaces, or invisible characters.
HIDDEN = re.compile(
    r"^\s|\s$|[^\S ]|[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


@schemathesis.hook
def filter_body(context, body):
    """Drops what JSON Schema cannot say: characters once normalized, bytes, and characters that cannot be seen."""
    if not isinstance(body, dict):
        return True
    if len(json.dumps(body)) > 8192:
        return False
    name = body.get("username")
    if isinstance(name, str) and 0 < len(name) <= 80 and len(unicodedata.normalize("NFKC", name).lower()) > 80:
        return False
    if context.operation.path == "/users" and isinstance(name, str) and HIDDEN.search(name):
        return False
    passwords = [body.get(member) for member in ("password", "old_password", "new_password")]
    return not any(
        isinstance(password, str) and len(password) <= 1024 < len(password.encode("utf-8", "surrogatepass"))
        for password in passwords
    )


@schemathesis.hook
def map_body(context, body):
    """Makes most new passwords such as are accepted, so that not every sign-up or change ends at 422."""
    if not isinstance(body, dict):
        return body
    name = body.get("username")
    if context.operation.path == "/admin/users" and isinstance(name, str) and 0 < len(name) < 40:
        # Other names than at /users, so that not every sign-up returns 409.
        body = {**body, "username": f"made by an operator: {name}"}
    if context.operation.path in ("/users", "/admin/users", "/admin/users/~{name}"):
        password = body.get("password")
        if isinstance(password, str) and 0 < len(password) < 200 and len(password) % 3 != 0:
            return {**body, "password": f"{password}, and a few words more of mine"}
    if context.operation.path == "/password":
        password = body.get("new_password")
        if isinstance(password, str) and 0 < len(password) <= 1024 and len(password) % 7 != 0:
            return {**body, "new_password": NEW_PASSWORD}
    return body
