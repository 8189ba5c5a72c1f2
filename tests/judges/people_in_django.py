"""An application of Django REST framework: people in a database in memory, and lists that page in each of its ways.

https://www.django-rest-framework.org/api-guide/pagination/
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings

KEY = "a-key-of-django"

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:people?mode=memory&cache=shared",
            "OPTIONS": {"uri": True},
        }
    },
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - Django reads its settings where it is imported
from django.db import connection, models  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import filters, pagination, permissions, response, routers, serializers, viewsets  # noqa: E402


class Person(models.Model):
    """Somebody; several were created at each moment."""

    name = models.TextField()
    email = models.TextField()
    active = models.BooleanField()
    created = models.DateTimeField()

    class Meta:
        app_label = "people"


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = Person
        fields = ("id", "name", "email", "active", "created")


class HasKey(permissions.BasePermission):
    def has_permission(self, request: Any, view: Any) -> bool:
        return request.headers.get("Authorization") == f"Bearer {KEY}"


class People(viewsets.ReadOnlyModelViewSet):
    queryset = Person.objects.order_by("id")
    serializer_class = PersonSerializer
    permission_classes = (HasKey,)
    filter_backends = (filters.SearchFilter, filters.OrderingFilter)
    search_fields = ("name", "email")
    ordering_fields = ("created", "email")

    def get_queryset(self) -> Any:
        found, asked = super().get_queryset(), self.request.query_params
        if "email" in asked:
            found = found.filter(email__iexact=asked["email"])
        return found.filter(active=asked["active"] == "true") if "active" in asked else found


class Pages(pagination.PageNumberPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100


class FixedPages(pagination.PageNumberPagination):
    page_size = 30


class Offsets(pagination.LimitOffsetPagination):
    default_limit = 20
    max_limit = 100


class Cursors(pagination.CursorPagination):
    page_size = 20
    page_size_query_param = "page_size"
    max_page_size = 100
    ordering = "created"


class Links(Pages):
    """The example of the document, "Header based pagination"."""

    def get_paginated_response(self, data: Any) -> response.Response:
        links = {"next": self.get_next_link(), "prev": self.get_previous_link()}
        header = ", ".join(f'<{url}>; rel="{rel}"' for rel, url in links.items() if url is not None)
        return response.Response(data, headers={"Link": header} if header else {})


WAYS = {"page": Pages, "fixed": FixedPages, "offset": Offsets, "cursor": Cursors, "links": Links, "none": None}
"""How each list is paged, by the first part of its path."""


def routes(way: str) -> Any:
    ordered = {} if way != "cursor" else {"filter_backends": (filters.SearchFilter,)}  # it has an order of its own
    view = type(f"{way}People", (People,), {"pagination_class": WAYS[way], **ordered})
    router = routers.SimpleRouter()
    router.register("people", view)
    return include(router.urls)


urlpatterns = [path(f"{way}/", routes(way)) for way in WAYS]


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that it has in the library
        """Say nothing."""


def remove(identities: Collection[str]) -> list[Person]:
    """Delete people, and return them; in a thread of its own."""
    gone = list(Person.objects.filter(id__in=identities))
    Person.objects.filter(id__in=identities).delete()
    connection.close()
    return gone


def restore(people: list[Person]) -> None:
    """Put people back, with their ids; in a thread of its own."""
    Person.objects.bulk_create(people)
    connection.close()


def _people(count: int) -> Iterator[Person]:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(count):
        name, created = f"Ada Number {number}", began + timedelta(minutes=number // 7)
        yield Person(name=name, email=f"ada.{number}@acme.example", active=number % 5 > 0, created=created)


@contextmanager
def serving(count: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Serve so many people; yield the address, and all of them."""
    with connection.schema_editor() as editor:
        editor.create_model(Person)
    Person.objects.bulk_create(_people(count))
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", list(Person.objects.order_by("id").values())
        finally:
            server.shutdown()
            thread.join()
            with connection.schema_editor() as editor:
                editor.delete_model(Person)
            connection.close()
