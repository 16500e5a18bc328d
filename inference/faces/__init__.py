"""Faces in pixels: found, judged, cut out."""
