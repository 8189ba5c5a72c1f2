"""The APIs: six of a file each, and those that are tables; all are written from their providers' documents alone."""

from user_directory_sandbox.apis.api import Api
from user_directory_sandbox.apis.braintrust import Braintrust
from user_directory_sandbox.apis.delay import Delay
from user_directory_sandbox.apis.klavis import Klavis
from user_directory_sandbox.apis.monocloud import MonoCloud
from user_directory_sandbox.apis.openphone import OpenPhone
from user_directory_sandbox.apis.quo import Quo
from user_directory_sandbox.apis.tabled import TABLED, tabled

APIS: dict[str, type[Api]] = {api.directory: api for api in (Klavis, Braintrust, Delay, OpenPhone, Quo, MonoCloud)}


def api_of(directory: str) -> type[Api]:
    """Return the API of a directory. Raises: ValueError if none is simulated."""
    if directory in TABLED:
        return tabled(directory)
    if directory not in APIS:
        raise ValueError(f"{directory} is not simulated. These are: {', '.join((*APIS, *TABLED))}.")
    return APIS[directory]
