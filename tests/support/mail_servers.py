"""A real mail server on loopback: Postfix takes mails, Dovecot shows them by IMAP.

Nothing can leave it: every transport beyond its own domain is an error.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme

__all__ = ["ALICE", "MailServers", "mail_servers"]

#: Sends, and gets what comes back.
ALICE = "alice@mail.test"
PASSWORD = "alice's own"
_READERS = ("alice", "bob", "carol")

# http://www.postfix.org/postconf.5.html
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.test
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.2/32
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_sender_restrictions = reject_sender_login_mismatch
smtpd_sender_login_maps = inline:{{ {{ alice@mail.test = alice@mail.test }} }}
virtual_mailbox_domains = mail.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = inline:{{ {mailboxes} }}
virtual_uid_maps = static:8
virtual_gid_maps = static:8
virtual_minimum_uid = 1
virtual_alias_maps = inline:{{ {{ moved@mail.test = lost@elsewhere.test }} }}
transport_maps = inline:{{ {{ elsewhere.test = error:5.1.1 this mailbox is gone }} }}
default_transport = error:no mail leaves this server
relay_transport = error:no mail leaves this server
smtpd_sasl_type = dovecot
smtpd_sasl_path = {folder}/dovecot/auth
smtpd_sasl_auth_enable = yes
smtpd_tls_cert_file = {folder}/server.pem
smtpd_tls_key_file = {folder}/server.pem
smtpd_tls_auth_only = yes
alias_maps =
alias_database =
biff = no
smtputf8_enable = yes
disable_dns_lookups = yes
"""
_MASTER = """
127.0.0.1:{starttls} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{tls} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
# https://doc.dovecot.org/2.3/
_DOVECOT = """
base_dir = {folder}/dovecot
state_dir = {folder}/dovecot
log_path = {folder}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
mail_location = maildir:{folder}/mail/%n
mail_uid = mail
mail_gid = mail
first_valid_uid = 1
auth_mechanisms = plain login
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={folder}/mail/%n
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {imap}
    ssl = yes
  }}
}}
service auth {{
  unix_listener auth {{
    mode = 0666
  }}
}}
"""


class MailServers:
    """Both of them, running.

    Attributes:
        folder: Everything of them; `folder / "mail" / NAME` is a maildir.
        ca_file: The authority of their certificate, which is of `localhost`.
        tls, starttls: Ports that take mails with a login.

    """

    def __init__(self, folder: Path, ca_file: Path, ports: dict[str, int]) -> None:
        self.folder = folder
        self.ca_file = ca_file
        self.tls = ports["tls"]
        self.starttls = ports["starttls"]
        self._imap = ports["imap"]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Of a target that sends through them."""
        return {
            "from": f"Alice's blog <{ALICE}>",
            "to": ["Bob <bob@mail.test>", "carol@mail.test"],
            "folder": None,
            "server": "localhost",
            "port": self.tls,
            "security": "tls",
            "password": PASSWORD,
            **changes,
        }

    def inbox(
        self, name: str, *, holds: str = "", least: int = 1
    ) -> list[EmailMessage]:
        """Mails in a mailbox as IMAP gives them, as soon as there are so many."""
        deadline = time.monotonic() + 120
        while True:
            mails = [mail for mail in self._fetch(name) if holds in str(mail)]
            if len(mails) >= least or time.monotonic() > deadline:
                return mails
            time.sleep(0.1)

    def _fetch(self, name: str) -> list[EmailMessage]:
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with imaplib.IMAP4_SSL("localhost", self._imap, ssl_context=context) as imap:
            imap.login(f"{name}@mail.test", PASSWORD)
            imap.select("INBOX", readonly=True)
            numbers = imap.search(None, "ALL")[1][0].split()
            found = [imap.fetch(number, "(BODY.PEEK[])")[1][0] for number in numbers]
        return [message_from_bytes(it[1], policy=default) for it in found]


@contextmanager
def mail_servers(requires: Callable[..., str]) -> Iterator[MailServers]:
    """Start both; they need root, and folders that everyone may enter."""
    postfix, dovecot = requires("postfix"), requires("dovecot")
    if os.geteuid() != 0:
        pytest.skip("Postfix needs root")
    folder = Path(tempfile.mkdtemp(prefix="share-bridge-mail-"))
    folder.chmod(0o755)
    ports = _free_ports("tls", "starttls", "imap")
    ca_file = _set_up(folder, ports)
    etc, log = str(folder / "postfix"), folder / "started"
    try:
        _run(log, dovecot, "-c", str(folder / "dovecot.conf"))
        _run(log, postfix, "-c", etc, "start")
        for port in ports.values():
            _wait_for(port)
        yield MailServers(folder, ca_file, ports)
    finally:
        with suppress(subprocess.SubprocessError):
            _run(log, postfix, "-c", etc, "stop")
        with suppress(subprocess.SubprocessError):
            _run(log, dovecot, "-c", str(folder / "dovecot.conf"), "stop")
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(folder: Path, ports: dict[str, int]) -> Path:
    for name in ("queue", "data", "mail", "dovecot", "postfix"):
        (folder / name).mkdir(mode=0o755)
    shutil.chown(folder / "data", "postfix")
    shutil.chown(folder / "mail", "mail", "mail")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    users = "".join(f"{name}@mail.test:{PASSWORD}\n" for name in _READERS)
    (folder / "users").write_text(users)
    boxes = ", ".join(
        f"{{ {name}@mail.test = {name}/ }}" for name in (*_READERS, "moved")
    )
    main = _MAIN.format(folder=folder, mailboxes=boxes)
    (folder / "postfix" / "main.cf").write_text(main)
    (folder / "postfix" / "master.cf").write_text(_MASTER.format(**ports))
    conf = _DOVECOT.format(folder=folder, **ports)
    (folder / "dovecot.conf").write_text(conf)
    return folder / "ca.pem"


def _free_ports(*names: str) -> dict[str, int]:
    sockets = []
    for _ in names:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        sockets.append(listener)
    ports = {name: it.getsockname()[1] for name, it in zip(names, sockets, strict=True)}
    for listener in sockets:
        listener.close()
    return ports


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError), closing(socket.create_connection(("127.0.0.1", port))):
            return
        time.sleep(0.05)
    pytest.fail(f"nothing listens on port {port}")


def _run(log: Path, *command: str) -> None:
    """A daemon keeps what it was given to write to: a file, which nobody waits for."""
    with log.open("ab") as file:
        subprocess.run(command, check=True, stdout=file, stderr=file, timeout=120)
