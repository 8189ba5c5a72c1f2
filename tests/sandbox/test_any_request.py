"""Whatever is asked, the answer is the API's own, never a failure of the sandbox."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from user_directory_sandbox.apis import APIS
from user_directory_sandbox.directory import Directory
from user_directory_sandbox.http import Request

from .conftest import CREDENTIALS, LISTS

PARAMETERS = (
    *("page", "page_size", "page_number", "limit", "size", "maxResults", "sort", "sort_by", "sort_order"),
    *("starting_after", "ending_before", "ids", "email", "given_name", "org_name", "after", "pageToken", "filter"),
    *("search", "status", "id", "created_by", "created_at_from", "created_at_to", "updated_at_from"),
)
VALUES = (
    st.integers().map(str)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    | st.datetimes().map(str)
    | st.uuids().map(str)
    | st.sampled_from(["1", "10", "asc", "name", "creation_time:-1", "last_updated:1", "created_at", "null"])
)


@pytest.fixture(scope="module", params=APIS)
def directory(request):
    return Directory(APIS[request.param](1, 60))


@given(data=st.data())
def test_any_query_is_answered_with_users_or_refused(directory, data):
    name = directory.api.directory
    path, _, required = LISTS[name].partition("?")
    query = data.draw(st.dictionaries(st.sampled_from(PARAMETERS), VALUES, max_size=4))
    sent = "&".join(filter(None, [required, urlencode(query)]))
    request = Request("GET", path, sent, {header.lower(): value for header, value in CREDENTIALS[name].items()})
    reply = directory._reply(request, request.segments, directory.api.find(request.segments))
    assert reply.status in {200, 400, 422}


@given(identity=VALUES.filter(bool))
def test_any_id_is_unknown_or_refused(directory, identity):
    name = directory.api.directory
    path = LISTS[name].partition("?")[0].rstrip("/") + "/" + quote(identity, safe="")
    request = Request("GET", path, "", {header.lower(): value for header, value in CREDENTIALS[name].items()})
    reply = directory._reply(request, request.segments, directory.api.find(request.segments))
    assert reply.status in {400, 404}
