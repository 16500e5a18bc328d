"""facts.yaml: read, followed while it is edited, and added to."""
