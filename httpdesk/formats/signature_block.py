"""What files say of OAuth 1.0a and AWS, in a connection and in the `auth` of a request alike."""

from __future__ import annotations

from typing import Any

from httpdesk.formats.plain_data import text
from httpdesk.model.auth import AwsV4Auth, OAuth1Auth, OAuth1Signature, SignaturePlacement


def oauth1_data(auth: OAuth1Auth) -> dict[str, Any]:
    """Return what is not secret, empty values among it."""
    return {
        "consumerKey": auth.consumer_key,
        "accessToken": auth.token,
        "signatureMethod": auth.signature.value,
        "placement": auth.placement.value,
        "realm": auth.realm,
    }


def oauth1_of(data: dict[str, Any]) -> OAuth1Auth:
    """Return the value; a method or a placement that is not known is the usual one."""
    methods = {each.value: each for each in OAuth1Signature}
    placements = {each.value: each for each in SignaturePlacement}
    return OAuth1Auth(
        consumer_key=text(data, "consumerKey"),
        token=text(data, "accessToken"),
        signature=methods.get(text(data, "signatureMethod"), OAuth1Signature.HMAC_SHA1),
        placement=placements.get(text(data, "placement"), SignaturePlacement.HEADER),
        realm=text(data, "realm"),
    )


def aws_data(auth: AwsV4Auth) -> dict[str, Any]:
    """Return what is not secret, empty values among it."""
    return {
        "accessKeyId": auth.access_key_id,
        "region": auth.region,
        "service": auth.service,
    }


def aws_of(data: dict[str, Any]) -> AwsV4Auth:
    """Return the value."""
    return AwsV4Auth(text(data, "accessKeyId"), text(data, "region"), text(data, "service"))
