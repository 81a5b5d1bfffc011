"""A site on Django and mozilla-django-oidc; its settings are next door."""

import os
from urllib.parse import urlencode
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.urls import include, path


def provider_logout(request: HttpRequest) -> str:
    """Give the address where the person is signed out at the provider, too."""
    query = {
        "id_token_hint": request.session["oidc_id_token"],
        "post_logout_redirect_uri": f"{settings.SITE}/signed-out",
    }
    return f"{settings.ISSUER}/logout?{urlencode(query)}"


def home(request: HttpRequest) -> JsonResponse:
    """Tell who is signed in."""
    email = request.user.email if request.user.is_authenticated else None
    return JsonResponse({"email": email, "id_token": request.session.get("oidc_id_token")})


def let_expire(request: HttpRequest) -> HttpResponseRedirect:
    """Make the library believe that its ID token is too old, so that it asks for another one silently."""
    request.session["oidc_id_token_expiration"] = 0
    return HttpResponseRedirect("/")


urlpatterns = [
    path("", home),
    path("refresh", let_expire),
    path("signed-out", lambda request: JsonResponse({})),
    path("oidc/", include("mozilla_django_oidc.urls")),
]

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0)
    make_server("127.0.0.1", int(os.environ["PORT"]), get_wsgi_application()).serve_forever()
