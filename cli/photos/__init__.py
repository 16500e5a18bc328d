"""`photos`: the labelled photos, and who the cousins on them are."""
