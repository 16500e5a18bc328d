"""The family's pages, and the HTTP API: the same answers as the chat's, on a big screen and for programs."""
