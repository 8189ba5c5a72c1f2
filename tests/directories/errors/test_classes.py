"""One tree of errors; each class is a different reaction of the caller."""

import inspect

from user_directories import errors
from user_directories.errors import classes

CLASSES = [item for item in vars(classes).values() if inspect.isclass(item) and item.__module__ == classes.__name__]


def test_everything_that_can_go_wrong_has_one_base():
    assert all(issubclass(item, errors.UserDirectoryError) for item in CLASSES)
    assert {item.__name__ for item in CLASSES} == set(classes.__all__)


def test_each_class_says_in_a_sentence_what_it_means():
    assert all(item.__doc__ and item.__doc__.strip().endswith((".", "`.")) for item in CLASSES)


def test_an_error_of_the_provider_names_its_directory():
    error = errors.UpstreamRateLimited("hr", "it is limiting requests (429)", 6.2)
    assert str(error) == "hr: it is limiting requests (429). Call again in 7 s."
    assert error.when == "in 7 s"
    assert (error.directory, error.retry_after) == ("hr", 6.2)


def test_an_error_of_the_configuration_names_its_place():
    error = errors.ConfigurationError("hr.toml", "the key `auth` is missing", "Add it.")
    assert str(error) == "hr.toml: the key `auth` is missing. Add it."
    assert error.place == "hr.toml"
