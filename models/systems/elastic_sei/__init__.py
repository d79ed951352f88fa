"""A stiff film on sodium that is plated and stripped: the surface moves."""
