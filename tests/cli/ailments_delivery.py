"""What may be wrong with the ways by which an organisation hears of matches: how to make it so, and what is told."""

import tempfile
from collections.abc import Callable
from typing import Any

Config = dict[str, Any]
Fault = tuple[Callable[[Config], object], str, str, str]
"""How to make it so; then the place, what is wrong and the fix, as the doctor names them."""

DELIVERY: dict[str, Fault] = {
    "a duty address without a mail server": (
        lambda c: c["partners"][0].update(duty_address="wacht@school.nl"),
        "partners.school.duty_address",
        "no mail server",
        "add [mail]",
    ),
    "a mail of matches without a mail server": (
        lambda c: c["partners"][0].update(delivery={"mail": {"address": "signalen@school.nl"}}),
        "partners.school.delivery.mail",
        "no mail server",
        "add [mail]",
    ),
    "a receiver's address that is none": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "ftp://school.nl/"}}),
        "partners.0.delivery.soap.url",
        "should match pattern",
        "mend this value",
    ),
    "a way to a receiver that is not known": (
        lambda c: c["partners"][0].update(delivery={"duif": {"url": "https://school.nl/"}}),
        "partners.0.delivery.duif",
        "no such key",
        "mind its spelling",
    ),
    "a receiver's address in the clear in production": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "http://school.nl/"}}),
        "partners.school.delivery.soap.url",
        "not https in production",
        "mend the address",
    ),
    "a receiver's token of two words": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "https://school.nl/", "token_file": "Makefile"}}),
        "partners.school.delivery.soap.token_file",
        "more than one word",
        "leave the token alone",
    ),
    "a folder for matches for everybody": (
        lambda c: c["partners"][0].update(delivery={"folder": {"path": tempfile.gettempdir()}}),
        "partners.school.delivery.folder.path",
        "everybody may write",
        "chmod o-w",
    ),
    "a receiver's token that is not there": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "https://school.nl/", "token_file": "nergens"}}),
        "partners.school.delivery.soap.token_file",
        "cannot be read",
        "mind its path",
    ),
    "a folder for matches that is not there": (
        lambda c: c["partners"][0].update(delivery={"folder": {"path": "nergens"}}),
        "partners.school.delivery.folder.path",
        "no such folder",
        "make it",
    ),
    "a receiver's certificate that is not there": (
        lambda c: c["partners"][0].update(delivery={"soap": {"url": "https://school.nl/", "authority": "nergens"}}),
        "partners.school.delivery.soap",
        "cannot be read as PEM",
        "mend the files",
    ),
}
