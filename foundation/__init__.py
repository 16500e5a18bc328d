"""What every floor stands on: small modules that any of them may import."""
