"""Who stands for a result, by Ed25519 signatures in it. No network, no certificates: a key is known or it is not.

*Zelfverklaard*: the supplier signs with a key of its own. *Bijgewoond*: a region gave a nonce beforehand for one build
of one product, which the run has in its first row; the region checks the result, judges it anew and signs it too.

A signature is over a statement, which names what it is about by hash: the run, the verdict, the waivers.
"""

import base64
import binascii
import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from conformance import kit
from conformance.judge import fingerprint
from conformance.result import Result, data
from conformance.transcript import Broken, Row, Transcript, canonical, hash_of

OWN, WITNESSED = "zelfverklaard", "bijgewoond"
KIND = "verwijsindex-toets verklaring 1"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at, and what was seen."""

    name: str
    good: bool
    seen: str


def new_key(path: Path) -> str:
    """Make a key in a file that is not there yet; gives the public half. Raises FileExistsError."""
    key = Ed25519PrivateKey.generate()
    text = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    with path.open("xb") as file:
        path.chmod(0o600)
        file.write(text)
    return public(key)


def key_of(path: Path) -> Ed25519PrivateKey:
    """The key in a file; raises Broken."""
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError):
        raise Broken(f"{path.name} is geen sleutel") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Broken(f"{path.name} is geen Ed25519-sleutel")
    return key


def public(key: Ed25519PrivateKey) -> str:
    """The half of a key that may be known, in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def sign(result: Result, key: Ed25519PrivateKey, name: str, *, level: str, moment: dt.datetime) -> Result:
    """The result with one signature more."""
    said = _about(result, [*result.signatures]) | {
        "soort": KIND, "niveau": level, "naam": name, "sleutel": public(key),
        "op": moment.astimezone(dt.UTC).isoformat(timespec="seconds"),
    }  # fmt: skip
    signature = base64.b64encode(key.sign(canonical(said))).decode()
    return replace(result, signatures=(*result.signatures, {"verklaring": said, "handtekening": signature}))


def checks(
    result: Result,
    *,
    kits: Mapping[str, str],
    build: str = "",
    keys: Iterable[str] = (),
    book: Transcript | None = None,
) -> list[Check]:
    """All that can be seen of a result without a network. `kits` gives the version of each published digest."""
    header, rules = result.header, fingerprint(result.rules, result.header)
    digest, mine = str(header["kit"]), kit.digest()
    own = "dezelfde als deze" if digest == mine else "een andere dan deze"
    found = [
        Check("verloop", True, f"{len(result.rows)} regels, elk volgt op de vorige"),
        Check("oordeel", result.as_it_was, "opnieuw gemaakt: " + ("gelijk" if result.as_it_was else "een ander")),
        Check("regels", rules == header["regels"], f"{header['regels']} van {header['regels_van']}, hier {rules}"),
        Check("kit", digest in kits, f"{digest[:16]}, {own}, {_published(digest, kits)}"),
        *_signed(result, frozenset(keys)),
    ]
    if build:
        found.append(Check("build", header.get("build") == build, f"van {_build(header)}, gevraagd was {build}"))
    if book is not None:
        found += _nonce(result, book)
    return found


def nonce(book: Transcript, product: str, build: str, *, moment: dt.datetime, days: int) -> str:
    """Give a nonce for one run of one build, and write it down."""
    made = secrets.token_hex(16)
    until = (moment + dt.timedelta(days=days)).isoformat(timespec="seconds")
    given = moment.isoformat(timespec="seconds")
    book.add({"soort": "gegeven", "nonce": made, "product": product, "build": build, "op": given, "tot": until})
    return made


def used(book: Transcript, result: Result, moment: dt.datetime) -> None:
    """Write down that a nonce is spent on this result."""
    row = {"soort": "gebruikt", "nonce": result.header["nonce"], "verloop": hash_of(result.rows[-1])}
    if not any(row.items() <= one.items() for one in book.of("gebruikt")):
        book.add(row | {"run": result.header["run"], "op": moment.isoformat(timespec="seconds")})


def level(result: Result) -> str:
    """The highest level at which a result is signed, every signature being right; empty when it is not."""
    if not result.signatures or any(not one.good for one in _signed(result, frozenset())):
        return ""
    levels = {str(one["verklaring"]["niveau"]) for one in result.signatures}
    return WITNESSED if WITNESSED in levels else OWN


def _about(result: Result, before: list[Row]) -> dict[str, Any]:
    """What a statement is about; the same result has the same."""
    header = result.header
    waived = [[one.eis, one.formaat, one.reden, one.tot, one.door] for one in result.waivers]
    return {
        "rol": header["rol"], "product": header.get("product", ""), "build": header.get("build", ""),
        "nonce": header.get("nonce", ""), "run": header["run"], "kit": header["kit"], "regels": header["regels"],
        "verloop": hash_of(result.rows[-1]),
        "oordeel": _hash(data(result.verdict)),
        "ontheffingen": _hash(waived),
        "eerder": _hash(before),
    }  # fmt: skip


def _signed(result: Result, keys: frozenset[str]) -> list[Check]:
    found = []
    for number, one in enumerate(result.signatures):
        said = one.get("verklaring", {})
        name = f"handtekening {said.get('niveau', '')} van {said.get('naam', '')}"
        wanted = _about(result, [*result.signatures[:number]])
        if wrong := sorted(key for key, value in wanted.items() if said.get(key) != value):
            found.append(Check(name, False, f"gaat over iets anders: {', '.join(wrong)}"))
        elif not _verified(said, str(one.get("handtekening", ""))):
            found.append(Check(name, False, "klopt niet"))
        elif keys and said["sleutel"] not in keys:
            found.append(Check(name, False, f"sleutel {said['sleutel']} is niet bekend"))
        else:
            found.append(Check(name, True, f"sleutel {said['sleutel']}"))
    return found or [Check("handtekening", False, "er is er geen")]


def _verified(said: Mapping[str, Any], signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(str(said["sleutel"]), validate=True))
        key.verify(base64.b64decode(signature, validate=True), canonical(said))
    except (InvalidSignature, binascii.Error, ValueError, KeyError):
        return False
    return said.get("niveau") in (OWN, WITNESSED) and said.get("soort") == KIND


def _nonce(result: Result, book: Transcript) -> list[Check]:
    header = result.header
    own = header.get("nonce", "")
    given = next((row for row in book.of("gegeven") if row["nonce"] == own), None)
    if given is None:
        return [Check("nonce", False, "niet in dit boek" if own else "de toets had er geen")]
    spent = [row for row in book.of("gebruikt") if row["nonce"] == own]
    other = [row for row in spent if row["verloop"] != hash_of(result.rows[-1])]
    in_time = given["op"] <= header["begonnen"] < given["tot"]
    same = (header.get("product"), header.get("build")) == (given["product"], given["build"])
    return [
        Check("nonce", not other, f"al gebruikt voor run {other[0]['run']}" if other else "voor deze toets gegeven"),
        Check("tijd", in_time, f"begonnen {header['begonnen']}, nonce van {given['op']} tot {given['tot']}"),
        Check("build", same, f"van {_build(header)}, nonce voor {_build(given)}"),
    ]


def _build(row: Mapping[str, Any]) -> str:
    return f"{row.get('product') or 'geen product'} {row.get('build') or 'zonder build'}"


def _published(digest: str, kits: Mapping[str, str]) -> str:
    return f"uitgegeven als {kits[digest]}" if digest in kits else "niet op de lijst van uitgegeven kits"


def _hash(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()
