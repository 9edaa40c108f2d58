"""What may be wrong with a configuration: how to make it so, and the place, the fault and the fix the doctor names."""

import datetime as dt
from pathlib import Path

from tests.cli.ailments_delivery import DELIVERY, Config, Fault
from tests.web.certificates import SUPPLIER, issue

FAULTS: dict[str, Fault] = {
    "a key that is not there": (lambda c: c["http"].update(prot=1), "http.prot", "no such key", "mind its spelling"),
    "a key that is missing": (lambda c: c["partners"][0].pop("name"), "partners.0.name", "is missing", "add it"),
    "a value of another kind": (lambda c: c["http"].update(port="x"), "http.port", "valid integer", "mend this value"),
    "a token that is no hash": (
        lambda c: c["partners"][0].update(token_sha256="geheim"),
        "partners.0.token_sha256",
        "should match pattern",
        "mend this value",
    ),
    "an unknown region": (
        lambda c: c["partners"][0].update(regions=["zuid"]),
        "partners.school.regions",
        "no region 'zuid'",
        "add [regions.zuid]",
    ),
    "a layout that is not there": (
        lambda c: c["partners"][0].update(csv_layout="nergens.toml"),
        "partners.school.csv_layout",
        "no layout or file",
        "or a file",
    ),
    "professionals that are not there": (
        lambda c: c["partners"][0].update(professionals="nergens.csv"),
        "partners.school.professionals",
        "cannot be read",
        "mind its path",
    ),
    **DELIVERY,
    "a mail server's password that is not there": (
        lambda c: c.update(mail={"sender": "a@b.nl", "password_file": "nergens"}),
        "mail",
        "cannot be read",
        "check the files",
    ),
    "an unknown index": (
        lambda c: c["regions"]["noord"].update(index="zuid"),
        "regions.noord.index",
        "no index 'zuid'",
        "add [indexes.zuid]",
    ),
    "a mandate for nobody we know": (
        lambda c: c["certificates"][0].update(acts_for=["opvang"]),
        "certificates.acts_for",
        "no partner 'opvang'",
        "add it to [[partners]]",
    ),
    "two mandates of one certificate": (
        lambda c: c["certificates"].append(c["certificates"][0]),
        "certificates.oin",
        "two mandates",
        "in one",
    ),
    "keys in the store itself": (
        lambda c: c["store"].update(keys=c["store"]["url"]),
        "store.keys",
        "is the database itself",
        "backed up apart",
    ),
    "keys in the store itself, by another name": (
        lambda c: c["store"].update(keys=c["store"]["url"].replace("/data/", "/data/../data/")),
        "store.keys",
        "is the database itself",
        "backed up apart",
    ),
    "no address of a database": (
        lambda c: c["store"].update(url="gateway.db"),
        "store.url",
        "not the address of a database",
        "check the address",
    ),
    "a database of another kind": (
        lambda c: c["store"].update(url="mysql://db/gateway"),
        "store.url",
        "neither sqlite nor postgresql",
        "check the address",
    ),
    "a database that does not answer": (
        lambda c: c["store"].update(url="postgresql://nobody@127.0.0.1:9/gateway"),
        "store.url",
        "does not answer",
        "check the address",
    ),
    "no key ring": (
        lambda c: Path(c["store"]["keyring"]).unlink(),
        "store.keyring",
        "cannot be read",
        "`verwijsindex keyring`",
    ),
    "a broken key ring": (
        lambda c: Path(c["store"]["keyring"]).write_text("{}"),
        "store.keyring",
        "is not a key ring",
        "restore it from its backup",
    ),
    "a key ring for everybody": (
        lambda c: Path(c["store"]["keyring"]).chmod(0o644),
        "store.keyring",
        "others on this machine may read it",
        "chmod 600",
    ),
    "consent without a record": (
        lambda c: c["regions"]["noord"].update(pack="uitgebreid", covenant="c"),
        "regions.noord",
        "needs a recorded covenant and DPIA",
        "name covenant and dpia",
    ),
    "an unknown pack": (
        lambda c: c["regions"]["noord"].update(pack="eigen"),
        "regions.noord.pack",
        "no pack 'eigen'",
        "landelijk-strikt",
    ),
    "a pack that is not there": (lambda c: c.update(packs=["nergens.toml"]), "packs", "cannot be read", "name a file"),
    "a token in production": (
        lambda c: c["partners"][0].update(token_sha256="a" * 64),
        "partners.school.token_sha256",
        "a token in production",
        "client certificate",
    ),
    "a set clock in production": (
        lambda c: c.update(clock={"start": dt.datetime(2026, 11, 21, tzinfo=dt.UTC)}),
        "clock.start",
        "the legal clock is set",
        "remove it",
    ),
    "no proxy": (lambda c: c["http"].clear(), "http.trusted_proxies", "no proxy is trusted", "name the addresses"),
    "a proxy that is a range": (
        lambda c: c["http"].update(trusted_proxies=["10.0.0.0/8"]),
        "http.trusted_proxies",
        "'10.0.0.0/8' is not an address",
        "not a name or a range",
    ),
    "no mandate": (lambda c: c["certificates"].clear(), "certificates", "no mandate is recorded", "acts_for"),
    "a wrong OIN": (
        lambda c: c["certificates"][0].update(oin="12345678"),
        "certificates.oin",
        "not an OIN",
        "Subject.serialNumber",
    ),
    "an unknown code list": (
        lambda c: c["partners"][0].update(code_list="eigen-lijst"),
        "partners.school.code_list",
        "no list 'eigen-lijst'",
        "bring an overlay",
    ),
    "words that mean danger and were never confirmed": (
        lambda c: c.pop("vocabulary"),
        "vocabulary.confirmed",
        "rows that mean danger are not confirmed by the field, the first at concepts.csv line 2",
        "then set it to",
    ),
    "another version of the words was confirmed": (
        lambda c: c["vocabulary"].update(confirmed="0123456789ab"),
        "vocabulary.confirmed",
        "not confirmed by the field",
        "vocabulary danger",
    ),
    "no record of who confirmed them": (
        lambda c: c["vocabulary"].pop("record"),
        "vocabulary.record",
        "not on record",
        "name the record",
    ),
    "an overlay of a region that is not there": (
        lambda c: c["regions"]["noord"].update(overlay="nergens.csv"),
        "regions.noord.overlay",
        "nergens.csv: the file is missing",
        "restore it",
    ),
    "an overlay that is not there": (
        lambda c: c["partners"][0].update(overlay="nergens.csv"),
        "partners.school.overlay",
        "nergens.csv: the file is missing",
        "restore it",
    ),
    "an axis the index does not carry": (
        lambda c: c["indexes"]["noord"].update(carries=["urgentie", "crisis"]),
        "indexes.noord.carries",
        "does not carry crisis",
        "remove them",
    ),
    "a code the index does not know": (
        lambda c: c["indexes"]["noord"].update(signaalcode=True),
        "indexes.noord.signaalcode",
        "knows no signaalcode",
        "set it to false",
    ),
    "an index that does not hold the regie": (
        lambda c: c["indexes"]["noord"].update(regie=True),
        "indexes.noord.regie",
        "does not hold the regie of a match",
        "set it to false",
    ),
    "an index that cannot be told of contact": (
        lambda c: c["indexes"]["noord"].update(terugkoppelen=True),
        "indexes.noord.terugkoppelen",
        "cannot be told of contact",
        "set it to false",
    ),
    "a regievoerder without a mail server": (
        lambda c: c["regions"]["noord"].update(gemeentelijke_regievoerder="regie@gemeente.voorbeeld.nl"),
        "regions.noord.gemeentelijke_regievoerder",
        "there is no mail server",
        "add [mail]",
    ),
    "an index with no patience asked": (
        lambda c: c["indexes"]["noord"].update(processing_seconds=0),
        "indexes.noord.processing_seconds",
        "shorter than the index says it needs",
        "or more",
    ),
    "an unreadable certificate": (
        lambda c: Path(c["indexes"]["noord"]["client_certificate"]).write_text("x"),
        "indexes.noord",
        "client_certificate or client_key cannot be read",
        "check the files",
    ),
    "an unreadable key": (
        lambda c: Path(c["indexes"]["noord"]["client_key"]).write_text("x"),
        "indexes.noord",
        "client_key cannot be read",
        "check the files",
    ),
    "an expired certificate": (
        lambda c: certificate_of(c, days=0),
        "indexes.noord.client_certificate",
        "has expired",
        "renew it",
    ),
}


def certificate_of(config: Config, *, days: int) -> None:
    """Give the gateway a certificate that is valid for so many days from yesterday."""
    holder, index = issue(SUPPLIER, days=days), config["indexes"]["noord"]
    Path(index["client_certificate"]).write_bytes(holder.pem)
    Path(index["client_key"]).write_bytes(holder.key_pem)
