"""Adds the carriers' webhook signatures and the tokens of the running system, which Schemathesis cannot know."""

import base64
import hashlib
import hmac
import os
import re
from urllib.parse import parse_qsl

import requests
import schemathesis

AUTH_TOKEN = os.environ["QDN_TWILIO_AUTH_TOKEN"].encode()
TELNYX_SIGNER = os.environ["QDN_TELNYX_SIGNER"]


class TwilioSignature(requests.auth.AuthBase):
    """https://www.twilio.com/docs/usage/webhooks/webhooks-security"""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        form = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        fields = set(parse_qsl(form, keep_blank_values=True))
        signed = request.url + "".join(name + value for name, value in sorted(fields))
        digest = hmac.new(AUTH_TOKEN, signed.encode("utf-8", "replace"), hashlib.sha1).digest()
        request.headers["X-Twilio-Signature"] = base64.b64encode(digest).decode()
        return request


class TelnyxSignature(requests.auth.AuthBase):
    """Headers from main.ts, which has the private key: https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks"""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers.update(requests.post(TELNYX_SIGNER, data=request.body, timeout=60).json())
        return request


# Placeholders of schemathesis.toml in a path.
TOKENS = {
    "a-tracking-token": os.environ["QDN_TRACKING_LINK"],
    "the-token-of-a-picture--------------": os.environ["QDN_MEDIA"],
}


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    return {
        name: TOKENS.get(value, value) if isinstance(value, str) else value
        for name, value in (path_parameters or {}).items()
    }


ACCOUNT = os.environ["QDN_TWILIO_ACCOUNT"]


@schemathesis.hook
def map_body(context, body):
    # A webhook of another account is refused, whatever else it holds.
    if isinstance(body, dict) and re.fullmatch("AC[0-9a-f]{32}", str(body.get("AccountSid"))):
        return {**body, "AccountSid": ACCOUNT}
    return body


@schemathesis.hook
def before_call(context, case, kwargs):
    # Requests whose credentials were removed or replaced are not signed.
    if (case.headers or {}).get("X-Twilio-Signature") == "to be signed":
        kwargs["auth"] = TwilioSignature()
    if (case.headers or {}).get("X-Carrier-Signature") == "to be signed":
        kwargs["auth"] = TelnyxSignature()
