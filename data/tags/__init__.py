"""Who is on a photo, as other programs note it: XMP, in the photo or beside it."""
