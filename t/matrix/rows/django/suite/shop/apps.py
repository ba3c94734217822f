import os

from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        if "SHOP_EARLY" in os.environ:
            # What many an application does in spite of Django's advice: asks the database while it is loaded.
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("select 1")
