"""How a person gets on: questionnaires, how far their goals came, and dated facts of home and work."""
