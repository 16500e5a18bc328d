"""Files and folders of the family: the home, the labelled photos, what was seen in them, locks."""
