"""When photos were taken, how old the cousins are on them, and of which ages photos are missing."""
