"""All methods of the Bot API that the sandbox provides; importing them registers them."""

from sandbox import (
    methods_bot,
    methods_chats,
    methods_edits,
    methods_media,
    methods_messages,
    methods_topics,
)
from sandbox.registry import METHODS

MODULES = (
    methods_bot,
    methods_chats,
    methods_edits,
    methods_media,
    methods_messages,
    methods_topics,
)

__all__ = ["METHODS", "MODULES"]
