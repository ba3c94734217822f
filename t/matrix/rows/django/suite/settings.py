"""The databases are those that SHOP_DATABASE asks for."""
import os

SECRET_KEY = "of no use"
ALLOWED_HOSTS = ["testserver", "localhost"]
DEBUG = False
USE_TZ = True
ROOT_URLCONF = "urls"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "shop"]
MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
STATIC_URL = "/static/"
GREETING = "hello"

kind = os.environ.get("SHOP_DATABASE", "memory")


def database(name):
    if kind == "postgres":
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": os.environ["SHOP_POSTGRES"],
            "USER": "shop",
            "NAME": "postgres",
            "TEST": {"NAME": f"test_{name}"},
        }
    test = {"NAME": f"test_{name}.sqlite3"} if kind == "file" else {}
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{name}.sqlite3", "TEST": test}


DATABASES = {"default": database("shop"), "archive": database("archive")}
