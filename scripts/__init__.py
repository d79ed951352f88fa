"""The `anodex` command."""

from anodex.scripts.streams import open_closed

open_closed()  # before libraries are loaded, which open files
