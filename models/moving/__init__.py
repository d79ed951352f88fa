"""Boundaries that move: fields carried from one mesh to the next."""
