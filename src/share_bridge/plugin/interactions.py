"""What others did with a target's posts, in the documents of the target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import convert, to_builtins

from share_bridge.model.interaction import Interaction, InteractionKind, Moderation
from share_bridge.model.notice import Notice
from share_bridge.plugin.context import Documents

__all__ = ["Interactions"]

_CONSENT = "consent/"


class Interactions:
    """All of them; `share-bridge conversation` lists, moderates and exports them.

    A publisher that is told of them puts `Interaction.documents()` there itself; one
    that has to ask has `Publisher.interactions`, and the core does.
    """

    def __init__(self, state: Documents) -> None:
        self._state = state

    def named(self, name: str) -> Interaction | None:
        """The one with this id, or None."""
        found = self._state.get(f"interaction-of/{name}")
        document = None if found is None else self._state.get(found["key"])
        return None if document is None else Interaction.from_json(document)

    def keeping(self, made: Interaction) -> list[tuple[str, Any]]:
        """What to keep of a new one, in place of what its actor did before."""
        before = self._state.get(made.key)
        documents = made.documents()
        if before is not None and before["id"] != made.id:
            documents.append((f"interaction-of/{before['id']}", None))
        return documents

    def consenting(
        self,
        made: Interaction,
        *,
        instead: Sequence[tuple[str, Any]] = (),
        notice: Notice | None = None,
    ) -> list[tuple[str, Any]]:
        """What to keep of a consent to one that ends when its owner hides it.

        Args:
            made: What was agreed to, such as a quote.
            instead: The documents that stand for the consent, as they are after that;
                also where it is forgotten, or its author blocked.
            notice: Who is to be told that it was hidden.

        """
        told = None if notice is None else to_builtins(notice)
        kept = {"instead": [list(it) for it in instead], "notice": told}
        return [(f"{_CONSENT}{made.id}", kept)]

    def moderating(
        self, it: Interaction, moderation: Moderation
    ) -> tuple[list[tuple[str, Any]], list[Notice]]:
        """The owner's word on one: what to keep, and whom to tell."""
        documents = it.moderated(moderation).documents()
        consent = self._state.get(f"{_CONSENT}{it.id}")
        if consent is None or moderation is not Moderation.HIDDEN:
            return documents, []
        documents += [*map(tuple, consent["instead"]), (f"{_CONSENT}{it.id}", None)]
        told = consent["notice"]
        return documents, [] if told is None else [convert(told, Notice)]

    def removing(self, it: Interaction) -> list[tuple[str, Any]]:
        """What to keep no longer of one, and of a consent to it."""
        consent = self._state.get(f"{_CONSENT}{it.id}")
        if consent is None:
            return it.removal()
        ended = [*map(tuple, consent["instead"]), (f"{_CONSENT}{it.id}", None)]
        return [*it.removal(), *ended]

    def of(
        self, post: str = "", kind: InteractionKind | None = None
    ) -> Iterator[Interaction]:
        """Those of a post, or all."""
        prefix = f"interaction/{post}/" if post else "interaction/"
        for _, document in self._state.scan(f"{prefix}{kind}/" if kind else prefix):
            yield Interaction.from_json(document)

    def by(self, actor: str) -> Iterator[Interaction]:
        """Everything that one actor did."""
        return (it for it in self.of() if it.actor == actor)

    def count(self, post: str, kind: InteractionKind) -> int:
        """How many there are of a kind, shown or not."""
        return self._state.count(f"interaction/{post}/{kind}/")
