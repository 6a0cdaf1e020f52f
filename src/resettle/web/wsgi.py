"""The application that a web server runs, with all that its first pages need already loaded.

Load it before the server makes its processes, and they share the memory.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resettle.web.settings")
application = get_wsgi_application()


def warm() -> None:
    """Import the pages and compile their templates, so that no reader waits for it. What is there by then stays, so the
    collector is told not to walk it again: that took 70 ms, in the middle of somebody's page.
    """
    reverse("home")
    environment = engines["jinja2"].env
    for name in environment.list_templates():
        environment.get_template(name)
    gc.collect()
    gc.freeze()


warm()
