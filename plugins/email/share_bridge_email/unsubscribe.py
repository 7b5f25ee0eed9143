"""How a reader leaves: a link at the end of the mail, and headers for mail programs."""

from __future__ import annotations

from dataclasses import dataclass
from email.headerregistry import Address
from urllib.parse import quote

from share_bridge_email.addresses import parse
from share_bridge_email.settings import EmailSettings

__all__ = ["SUBJECT", "Way", "way_out"]

#: A mail with this word and a token as its subject asks to unsubscribe.
SUBJECT = "unsubscribe"


@dataclass(frozen=True, slots=True)
class Way:
    """One reader's way out.

    Attributes:
        url: A page, for one click (RFC 8058); empty where there is none.
        mailto: A mail that is written already.

    """

    url: str
    mailto: str

    @property
    def link(self) -> str:
        """Where the words at the end of the mail lead."""
        return self.url or self.mailto

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """RFC 2369, and RFC 8058 where a page takes the click."""
        ways = ", ".join(f"<{way}>" for way in (self.url, self.mailto) if way)
        listed = (("List-Unsubscribe", ways),)
        if not self.url:
            return listed
        return (*listed, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))


def way_out(settings: EmailSettings, reader: Address, token: str) -> Way:
    """The way of one reader.

    Args:
        settings: Of the target.
        reader: Whose.
        token: What stands for them; only who got the mail knows it.

    """
    url = (settings.unsubscribe_url or "").replace("{token}", token)
    url = url.replace("{address}", quote(reader.addr_spec, safe=""))
    to = parse(settings.unsubscribe_to or settings.sender)
    mailbox = quote(to.addr_spec, safe="@")
    return Way(url, f"mailto:{mailbox}?subject={SUBJECT}%20{token}")
