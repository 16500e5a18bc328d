"""Where labelled photos come from, beside people's folders: tags in and beside them, archives, a server."""
