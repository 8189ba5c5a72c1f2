"""Single mistakes in the environment and in the file: what each costs, and what the operator has to be told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from user_directory_server.settings import FILE

__all__ = ["KEY", "MISTAKES", "Mistake"]

KEY = "sk-live-4f1canary9c2e77"
"""A key, which stands in wrong places here, and which nothing may repeat."""

NEIGHBOURS = ("braintrust", "delay")
"""The directories that are configured right."""


@dataclass(frozen=True)
class Mistake:
    """What is set and written, the directories that it breaks, and parts of the sentence about it.

    `broken` is empty if the mistake is in a setting of the whole server. `hides`: it may concern what may be seen, so
    the neighbours show ids only.
    """

    says: tuple[str, ...]
    broken: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    file: str | bytes | None = None
    hides: bool = False


def of(variables: Mapping[str, str], broken: str, *says: str, hides: bool = False) -> Mistake:
    """A mistake in the environment."""
    return Mistake(says, (broken,) if broken else (), variables, None, hides)


def klavis(key: str, *says: str) -> Mistake:
    """A mistake in the key of Klavis."""
    return of({"KLAVIS_API_KEY": key}, "klavis", "KLAVIS_API_KEY: ", *says)


def at(url: str, *says: str) -> Mistake:
    """A mistake in the address of Klavis."""
    return of({"KLAVIS_API_KEY": KEY, "KLAVIS_BASE_URL": url}, "klavis", "KLAVIS_BASE_URL: ", *says)


def monocloud(variables: Mapping[str, str], *says: str) -> Mistake:
    """A mistake in the variables of MonoCloud."""
    return of({f"MONOCLOUD_{name}": value for name, value in variables.items()}, "monocloud", *says)


def table(text: str, *says: str, name: str = "hr") -> Mistake:
    """A mistake in the table of one directory."""
    return Mistake(says, (name,), {"HR_KEY": "right"}, f"[directories.{name}]\n{text}\n")


HR = 'provider = "klavis"\n'
RIGHT = HR + 'api_key = { env = "HR_KEY" }\n'

MISTAKES: Mapping[str, Mistake] = {
    # Variables
    "an empty key": klavis("", "the API key is empty. Set the key, or remove the variable."),
    "a blank key": klavis("  ", "the API key is empty."),
    "the placeholder of the example": klavis("<your Klavis key>", "a placeholder in place of the API key. Put the key"),
    "a variable that nobody expanded": klavis("${KLAVIS_API_KEY}", "a placeholder in place of the API key."),
    "an input that nobody asked for": klavis("${env:KLAVIS_API_KEY}", "a placeholder in place of the API key."),
    "a key on two lines": klavis(f"{KEY}\nX-Evil: 1", "contains a line break. Set the key alone, on one line."),
    "a key and a word": klavis(f"Bearer {KEY}", "contains a character that no key has. Copy it again."),
    "a key in other letters": klavis(f"{KEY}é", "contains a character that no key has."),
    "a name that lacks a dash": of({"KLAVIS_APIKEY": KEY}, "klavis", "KLAVIS_APIKEY is. Rename KLAVIS_APIKEY."),
    "a name in lower case": of({"klavis_api_key": KEY}, "klavis", "Rename klavis_api_key."),
    "a name with two letters swapped": of({"KLAVIS_API_KYE": KEY}, "klavis", "Rename KLAVIS_API_KYE."),
    "an address without a key": of({"KLAVIS_BASE_URL": "https://k.example"}, "klavis", "Set it, or remove KLAVIS_BASE"),
    "a key without an address": monocloud({"API_KEY": KEY}, "needs an address too. Set MONOCLOUD_DOMAIN to the tenant"),
    "a domain without a key": monocloud({"DOMAIN": "acme.example"}, "MONOCLOUD_API_KEY: it is not set", "Set it, or"),
    "a placeholder for a domain": monocloud(
        {"API_KEY": KEY, "DOMAIN": "<your tenant>.monocloud.com"},
        "MONOCLOUD_DOMAIN: there is a placeholder in place of the host name. Write it like acme.eu.monocloud.com",
    ),
    "a key for a domain": monocloud({"API_KEY": KEY, "DOMAIN": KEY}, "MONOCLOUD_DOMAIN: not a host name. Write it"),
    "an address without https": at("api.klavis.ai", "not a URL. Write it like https://api.example.com."),
    "a key for an address": at(KEY, "not a URL."),
    "an address in the clear": at("http://api.klavis.ai", "plain http to another host", "Use https://."),
    "a user in an address": at(f"https://me:{KEY}@api.klavis.ai", "cannot have a user", "Leave them out."),
    "a query in an address": at(f"https://api.klavis.ai?key={KEY}", "a query or a fragment. Leave them out."),
    "a port that is none": at("https://api.klavis.ai:99999", "not a URL."),
    "an address that nobody expanded": at("${KLAVIS_BASE_URL}", "a placeholder in place of the URL."),
    "seconds in words": of(
        {"USER_DIRECTORY_SECONDS": "soon"}, "", "from 1 to 25. Write it like USER_DIRECTORY_SECONDS"
    ),
    "a key for seconds": of({"USER_DIRECTORY_SECONDS": KEY}, "", "USER_DIRECTORY_SECONDS: not a number of seconds"),
    "a variable of ours that there is not": of(
        {"USER_DIRECTORY_COLOUR": "5"}, "", "nothing reads USER_DIRECTORY_COLOUR"
    ),
    "a mistyped prefix": of({"USER_DIRECOTRY_SECONDS": "5"}, "", "Rename it to USER_DIRECTORY_SECONDS."),
    "a variable that nobody reads": of({"USER_DIRECTORY_SECOND": "5"}, "", "Rename it to USER_DIRECTORY_SECONDS."),
    # The whole file
    "a file that is not there": of(
        {"USER_DIRECTORY_CONFIG": "/nowhere/mine.toml"}, FILE, "the file cannot be read (No such", hides=True
    ),
    "a key for a file": of({"USER_DIRECTORY_CONFIG": KEY}, FILE, "Correct USER_DIRECTORY_CONFIG", hides=True),
    "a mistyped name of the file": of({"USER_DIRECTORY_CONFGI": KEY}, FILE, "Rename it to USER_DI", hides=True),
    "a file that is no text": Mistake(("not UTF-8 text", "Correct USER_D"), (FILE,), {}, b"\xff\xfe[\x00", hides=True),
    "a text without quotes": Mistake(
        ("not valid TOML", "Correct that line."), ("hr", FILE), {}, "[directories.hr]\na=b"
    ),
    "a wrong line beside a policy": Mistake(
        ("not valid TOML", "only ids are shown"), (FILE,), {}, '[fields]\nemail = "none"\nname = masked', hides=True
    ),
    "a table twice": Mistake(
        ("Give every directory its own name.",), ("hr", FILE), {}, f"[directories.hr]\n{RIGHT}[directories.hr]\n{RIGHT}"
    ),
    "a mistyped section": Mistake(
        ("unknown key `directory`. Valid keys there: directories",), ("hr", FILE), {}, f"[directory.hr]\n{RIGHT}"
    ),
    "a number of too many digits": Mistake(("not valid TOML",), (FILE,), {}, f"[budget]\nrows = {'9' * 5000}"),
    "brackets without end": Mistake(("nested too deeply",), (FILE,), {}, f"a = {'[' * 20_000}"),
    "directories that are no tables": Mistake(("`directories`",), (FILE,), {}, "directories = 5"),
    # A table
    "an unknown provider": table('provider = "oktra"', "'oktra'. Use one of: braintrust, delay, klavis"),
    "a key for a provider": table(f'provider = "{KEY}"', "unknown provider '(not shown)'. Use one of:"),
    "a mistyped key of a table": table(f'{RIGHT}regoin = "eu"', "unknown key `directories.hr.regoin`. Valid keys"),
    "an unknown region": table(f'{RIGHT}region = "mars"', "unknown region 'mars'. Regions of this provider: "),
    "the key itself": table(f'{HR}api_key = "{KEY}"', 'Write api_key = { env = "NAME" }'),
    "a key for a variable's name": table(f'{HR}api_key = {{ env = "{KEY}" }}', "directories.hr.api_key: ", "never the"),
    "a variable that is not set": table(f'{HR}api_key = {{ env = "NOT_SET" }}', "variable NOT_SET is not set. Set it"),
    "a key for a file's name": table(f'{HR}api_key = {{ file = "{KEY}" }}', "the key file cannot be read (No such"),
    "no words of a command": table(f"{HR}api_key = {{ command = [] }}", "hr.api_key` does not say where the key is"),
    "a command in one text": table(f'{HR}api_key = {{ command = "{KEY}" }}', 'Write api_key = { env = "NAME" }'),
    "a life of a key that is no command's": table(
        f'{HR}api_key = {{ env = "HR_KEY", ttl = 60 }}', "hr.api_key` does not say where the key is"
    ),
    "a further secret that nothing takes": table(
        f'{RIGHT}secrets.APP_KEY = {{ env = "HR_KEY" }}', "this directory takes no `APP_KEY`. Leave secrets out."
    ),
    "a further secret itself": table(
        f'{RIGHT}secrets.APP_KEY = "{KEY}"', "`directories.hr.secrets.APP_KEY` does not say where the secret is"
    ),
    "a key for the name of a setting": table(
        f'{RIGHT}settings."{KEY}" = "x"', "this directory takes no `(not shown)`. Leave settings out."
    ),
    "a token endpoint for a key": table(
        f'{RIGHT}token_url = "https://login.example/token"', "hr.token_url: its manifest asks for no token. Leave token"
    ),
    "a source that there is not": table(f'{HR}api_key = {{ vault = "{KEY}" }}', "does not say where the key is"),
    "no key": table(HR, "directories.hr: no API key. Set the environment variable KLAVIS_API_KEY, or add api_key"),
    "a manifest that is not there": table('manifest = "none.toml"', "the manifest cannot be read (No such file"),
    "a key for a manifest": table(f'manifest = "{KEY}"', "hr.manifest: there is no such file. Write the path"),
    "a manifest with a wrong key": table(
        'manifest = "bad.toml"\napi_key = { env = "HR_KEY" }', "unknown key `list.pth`"
    ),
    "a manifest that is no TOML": table('manifest = "worse.toml"\napi_key = { env = "HR_KEY" }', "not valid TOML"),
    "a manifest in no folder": table('manifest = "~nobody-of-this-name/a.toml"', "it names no home folder. Write"),
    "a manifest of a path that none is": table('manifest = "a\\u0000.toml"', "the manifest cannot be read"),
    "a manifest with a wrong path": table('manifest = "odd.toml"', "is not a JMESPath", "See https://jmespath.org."),
    "an expression without a place": table('manifest = "placeless.toml"', "`filters.email`: ", "lacks {value}"),
    "an expression without a dialect": table('manifest = "tongueless.toml"', "`filters.email`: ", "needs a `dialect`"),
    "an unknown dialect": table('manifest = "foreign.toml"', "`filters.email.dialect`: ", "'scim', 'odata'"),
    "two sources": table(f'{RIGHT}manifest = "bad.toml"', "`directories.hr`: give either `provider`"),
    "a negative pace": table(f"{RIGHT}requests_per_second = -1", "`directories.hr.requests_per_second`"),
    "http in a table": table(f'{RIGHT}base_url = "http://hr.example"', "directories.hr.base_url: plain http"),
    "plain http to another host than is allowed": table(
        f'{RIGHT}base_url = "http://hr.example"\nplain_http = "{KEY}"', "plain_http: it does not name the host of the"
    ),
    "plain http allowed to a whole address": table(
        f'{RIGHT}base_url = "http://hr.example"\nplain_http = "http://hr.example"', "without scheme, port or path"
    ),
    "plain http allowed for nothing": table(
        f'{RIGHT}plain_http = "hr.example"', "the address of this directory is https. Leave plain_http out."
    ),
    "plain http to a public address": table(
        f'{RIGHT}base_url = "http://1.1.1.1"\nplain_http = "1.1.1.1"', "it names a public address. Use https:// there."
    ),
    "plain http allowed to all": table(f"{RIGHT}plain_http = true", "`directories.hr.plain_http`"),
    "a level that there is not": table(
        f'{RIGHT}[directories.hr.fields]\nemail = "hide"', "`directories.hr.fields.email`"
    ),
    "a field that there is not": table(
        f'{RIGHT}[directories.hr.fields]\nmail = "none"', "`mail` is not a field. Fields"
    ),
    "no id": table(f'{RIGHT}[directories.hr.fields]\nid = "none"', 'Use id = "masked".'),
    "capitals in a name": table(RIGHT, "`directories.HR` is not a directory name. Start with a lower", name="HR"),
    "the name of all": table(RIGHT, "directories.all: this name stands for all directories. Choose", name="all"),
    "a name like another": Mistake(
        ("directories.de_lay: it is too similar to de-lay. Rename one of the two.",),
        ("de_lay",),
        {},
        '[directories.de-lay]\nprovider = "delay"\n[directories.de_lay]\nprovider = "delay"\n',
    ),
    # Settings of the whole server
    "too many seconds": Mistake(("`budget.seconds`", "or equal to 25"), (), {}, "[budget]\nseconds = 60"),
    "a mistyped key of the budget": Mistake(("Valid keys there: seconds, requests",), (), {}, "[budget]\nrow = 1"),
    "a mistyped budget": Mistake(("unknown key `budgets`",), (), {}, "[budgets]\nrows = 1"),
}
