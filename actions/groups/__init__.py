"""Groups of faces on photos that nobody has labelled: shown, named, put together and taken apart."""
