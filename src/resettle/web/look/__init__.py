"""How pages look: the templates' environment and the form fields of the GOV.UK Design System."""
