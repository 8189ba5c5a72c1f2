"""The next URL from a `Link` header: https://www.rfc-editor.org/rfc/rfc8288#section-3."""

import re

__all__ = ["next_link"]

_LINK = re.compile(r"<([^<>]*)>((?:\s*;\s*[^;,=\s]+\s*(?:=\s*(?:\"[^\"]*\"|[^\",;\s]*))?)*)")
_PARAMETER = re.compile(r";\s*([^;,=\s]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\",;\s]*)))?")


def next_link(header: str) -> str | None:
    """Return the target of rel=next, quoted or not, before or after other parameters; None if there is none."""
    for target, parameters in _LINK.findall(header):
        relations = [quoted or bare for name, quoted, bare in _PARAMETER.findall(parameters) if name.lower() == "rel"]
        if relations and "next" in relations[0].lower().split():  # only the first counts (§3.3)
            return str(target)
    return None
