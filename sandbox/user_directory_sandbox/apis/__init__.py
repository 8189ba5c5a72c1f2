"""The six APIs, one file per provider, each written from that provider's documents alone."""

from user_directory_sandbox.apis.api import Api
from user_directory_sandbox.apis.braintrust import Braintrust
from user_directory_sandbox.apis.delay import Delay
from user_directory_sandbox.apis.klavis import Klavis
from user_directory_sandbox.apis.monocloud import MonoCloud
from user_directory_sandbox.apis.openphone import OpenPhone
from user_directory_sandbox.apis.quo import Quo

APIS: dict[str, type[Api]] = {api.directory: api for api in (Klavis, Braintrust, Delay, OpenPhone, Quo, MonoCloud)}
