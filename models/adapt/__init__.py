"""Meshes that follow a field: made anew from a coarse one, fine where a size is wanted."""
