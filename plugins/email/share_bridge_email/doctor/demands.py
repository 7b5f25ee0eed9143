"""What the large services ask of those who write to many of their users.

https://support.google.com/mail/answer/81126,
https://senders.yahooinc.com/best-practices, and
https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730
(2026-11-24).
"""

from __future__ import annotations

from collections.abc import Iterator

from share_bridge.plugin import Grade, Remark
from share_bridge_email.addresses import parse
from share_bridge_email.settings import EmailSettings

__all__ = ["demands"]

#: Mails a day to users of one service, from which on its rules for bulk hold.
_BULK = 5000
#: Domains that let nobody else send for them.
_FREE = frozenset(
    {"gmail.com", "googlemail.com", "yahoo.com", "ymail.com", "aol.com", "icloud.com"}
    | {"me.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "gmx.de"}
    | {"gmx.net", "web.de", "proton.me", "protonmail.com", "mail.ru"}
)


def demands(settings: EmailSettings, readers: int) -> Iterator[Remark]:
    """What is missing, for so many readers."""
    domain = parse(settings.sender).domain
    if domain in _FREE and not (settings.server or "").endswith(domain):
        yield Remark(
            Grade.WARNING,
            f"{domain} lets only its own servers send for it",
            f"write from an address of your own domain, or through {domain}",
        )
    if settings.unsubscribe_url is None:
        yield Remark(
            Grade.PROBLEM if readers >= _BULK else Grade.WARNING,
            "there is no one-click unsubscribe, which Gmail, Yahoo and Outlook.com ask "
            f"of whoever sends {_BULK:,} mails a day to their users",
            "set unsubscribe_url to a page that takes the click",
        )
    if readers >= _BULK:
        yield Remark(
            Grade.OK,
            f"{readers} readers: the rules for bulk senders hold. Keep complaints "
            "under 0.3 %, and let who unsubscribes go within two days",
        )
