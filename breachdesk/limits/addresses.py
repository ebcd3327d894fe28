"""Where a request came from, as far as that can be believed."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The address that the outermost of our own proxies saw; `unknown` where there is none.

    Each proxy appends the address it was called from to X-Forwarded-For, so with TRUSTED_PROXY_COUNT of them the last so
    many entries are ours and everything before is what the caller chose to write.
    """
    count = settings.TRUSTED_PROXY_COUNT
    if count > 0:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(forwarded) >= count and (address := _parse(forwarded[-count])):
            return address
    return _parse(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def network(address: str) -> str:
    """The /24 (IPv4) or /48 (IPv6) that budgets count by: one household or host owns at least that many IPv6 addresses."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return UNKNOWN
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def _parse(text: str) -> str:
    text = text.strip()
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    if ip.version == 6 and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return str(ip)
