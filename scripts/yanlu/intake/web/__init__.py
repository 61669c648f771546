"""The web service of the intake: pages without cookies, answers only after what was promised."""
