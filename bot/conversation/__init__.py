"""What every conversation needs: keyboards, taps, names, who may ask."""
