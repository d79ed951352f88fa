"""Geometry: sizes in, tagged mesh out."""
