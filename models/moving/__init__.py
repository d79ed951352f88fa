"""Boundaries that move: the front, the mesh that follows it, and what is carried to a new mesh."""
