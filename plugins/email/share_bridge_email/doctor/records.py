"""The questions to DNS about one target, each with what to say where none answers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import ip_address

from share_bridge.plugin import Grade, Remark
from share_bridge_email.addresses import parse
from share_bridge_email.doctor.dkim import examine_dkim
from share_bridge_email.doctor.dmarc import examine_dmarc
from share_bridge_email.doctor.dns import DnsError, Names
from share_bridge_email.doctor.spf import examine_spf
from share_bridge_email.settings import EmailSettings

__all__ = ["questions"]


def questions(settings: EmailSettings) -> list[Callable[[], list[Remark]]]:
    """What to ask, in the order of the answers; each blocks for some seconds."""
    names = Names(settings.dns)
    sender = parse(settings.sender).domain
    bounces = parse(settings.bounces or settings.sender).domain
    selector = settings.dkim_selector
    asked: list[Callable[[], list[Remark]]] = [
        partial(examine_spf, bounces, names),
        partial(examine_dkim, sender, names, selector=selector),
        partial(examine_dmarc, sender, bounces, names),
        partial(_examine_return, bounces, names),
        partial(_examine_server, settings.handover.host, names),
    ]
    return [partial(_answered, ask) for ask in asked]


def _answered(ask: Callable[[], list[Remark]]) -> list[Remark]:
    try:
        return ask()
    except DnsError as error:
        return [Remark(Grade.WARNING, str(error), "try again later")]


def _examine_return(bounces: str, names: Names) -> list[Remark]:
    """Whether reports of failed deliveries come back."""
    if names.takes_mail(bounces):
        return [Remark(Grade.OK, f"mails to {bounces} arrive: failures are reported")]
    text = f"{bounces} takes no mail (no MX): failures are not reported to you"
    fix = "let bounces be an address whose mailbox you can read"
    return [Remark(Grade.PROBLEM, text, fix)]


def _examine_server(host: str, names: Names) -> list[Remark]:
    """Whether the server's address and name lead to each other (PTR)."""
    addresses = [host] if _is_address(host) else names.addresses(host)
    public = [it for it in addresses if not ip_address(it).is_loopback]
    if not public:
        text = "PTR: the server is this machine, whose public address is not known here"
        fix = "see that it has a PTR record, and that its name leads back to it"
        return [Remark(Grade.WARNING, text, fix)]
    lost = [address for address in public if not _leads_back(address, names)]
    if not lost:
        return [Remark(Grade.OK, f"PTR: the address of {host} has a name")]
    text = f"PTR: {lost[0]} ({host}) has no name that leads back to it"
    fix = "if this very server sends to readers, its owner has to set one"
    return [Remark(Grade.WARNING, text, fix)]


def _leads_back(address: str, names: Names) -> bool:
    return any(
        ip_address(address) == ip_address(other)
        for name in names.names_of(address)
        for other in names.addresses(name)
    )


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
