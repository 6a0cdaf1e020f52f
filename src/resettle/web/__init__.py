"""The workspace: the operational web application for people on a plan and those who work with them (extra `web`).

Pages only store and show; what a goal may become, who may read what and what a budget allows are rules of the circles,
called from here.
"""
