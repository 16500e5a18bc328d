"""What was renamed, merged and imported, so that the newest can be taken back."""
