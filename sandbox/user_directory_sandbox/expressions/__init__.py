"""Filter expressions, a language in each file, each read by a grammar that was written from its document alone."""

from collections.abc import Callable, Mapping

from user_directory_sandbox.expressions import clauses, google, lucene, odata, scim, terms
from user_directory_sandbox.expressions.rules import NoExpression, Rules, Test

LANGUAGES: Mapping[str, Callable[[str, Rules], Test]] = {
    "clauses": clauses.predicate,
    "google": google.predicate,
    "lucene": lucene.predicate,
    "odata": odata.predicate,
    "scim": scim.predicate,
    "terms": terms.predicate,
}
"""What an expression asks of a record, by language. Each raises: NoExpression."""

__all__ = ["LANGUAGES", "NoExpression", "Rules", "Test"]
