"""A kind of problem of one's own: how many things a text asks for. rnnlab finds it by the name KIND."""

from my_project.counts.kind import KIND

__all__ = ["KIND"]
