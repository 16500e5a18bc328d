"""Looking after the running bot: health, metrics, the log, alerts, daily cleaning."""
