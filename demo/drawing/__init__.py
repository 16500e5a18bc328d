"""A paint box for people: features, a pose and a light in, a shaded portrait out."""
