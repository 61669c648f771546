"""What leads a person to the right door: offices, routes, receptions, laws and their articles."""
