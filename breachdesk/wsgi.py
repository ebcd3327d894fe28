"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breachdesk.settings")

application = get_wsgi_application()

# What is loaded stays: looking for garbage, which breachdesk.lib.paper does after every PDF, need not go through it.
gc.freeze()
