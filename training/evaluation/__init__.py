"""How well it does: figures, champion and challenger, doubtful labels."""
