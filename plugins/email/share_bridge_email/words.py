"""The words at the end of a mail, in the language of the post."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Words", "words"]


class Words(NamedTuple):
    """Why a mail comes, with `{sender}` for who writes; and the link to leave."""

    why: str
    leave: str


_WORDS = {
    "da": Words("Du får denne mail, fordi du følger {sender}.", "Afmeld"),
    "de": Words("Du bekommst diese Mail, weil du {sender} liest.", "Abbestellen"),
    "en": Words("You get this mail because you follow {sender}.", "Unsubscribe"),
    "es": Words("Recibes este correo porque sigues {sender}.", "Darse de baja"),
    "fi": Words("Saat tämän viestin, koska seuraat: {sender}.", "Peru tilaus"),
    "fr": Words("Vous recevez ce message car vous suivez {sender}.", "Se désabonner"),
    "it": Words("Ricevi questa mail perché segui {sender}.", "Annulla l’iscrizione"),
    "ja": Words("このメールは {sender} の購読者にお送りしています。", "配信停止"),
    "nb": Words("Du får denne e-posten fordi du følger {sender}.", "Meld deg av"),
    "nl": Words("Je krijgt deze mail omdat je {sender} volgt.", "Afmelden"),
    "pl": Words("Dostajesz tę wiadomość, bo czytasz: {sender}.", "Wypisz się z listy"),
    "pt": Words("Recebe esta mensagem porque segue {sender}.", "Cancelar a subscrição"),
    "sv": Words("Du får det här mejlet för att du följer {sender}.", "Avsluta"),
}


def words(language: str) -> Words:
    """For a BCP 47 tag; English where it is unknown."""
    return _WORDS.get(language.lower().partition("-")[0], _WORDS["en"])
