"""A small system that exports a file every night and reads what comes back, written from docs/csv.md, to test with.

It knows the kit's roster and its own memory; nothing of the kit's code. `broken` names one way in which it is wrong.
"""

import csv
import io

ZONE = "+01:00"


class Exporter:
    def __init__(self, roster, broken="", *, whole=False):
        self.todo = [one for one in roster["scenarios"] if one["stappen"]]
        self.broken = broken
        self.whole = whole
        self.known = {}
        self.done = set()
        self.matches = {}
        self.questions = {}
        self.night = 0

    def export(self, day):
        """The bytes of tonight's file; `day` is the day that is over."""
        self.night += 1
        rows = []
        for one in self.todo:
            rows += list(self.rows(one, day))
        if self.whole:
            rows = [self.known[name]["row"] for name in self.known if self.known[name]["listed"]]
        columns = list(dict.fromkeys(["bron_systeem", "bron_signaal_id", *(name for row in rows for name in row)]))
        if self.broken == "reden":
            columns.append("Reden van melding")
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, columns, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
        letters = {"windows": "cp1252", "vraagtekens": "ascii"}.get(self.broken, "utf-8-sig")
        return out.getvalue().encode(letters, "replace")

    def rows(self, scenario, day):
        name = scenario["scenario"]
        for step in scenario["stappen"]:
            if (name, step["stap"]) in self.done:
                continue
            if step["dag"] > self.night and self.broken != "te-vroeg":
                return
            row = self.row(name, scenario["jeugdige"], step, day)
            if row is None:
                return
            if row:
                yield row
            self.done.add((name, step["stap"]))

    def row(self, name, child, step, day):
        known = self.known.setdefault(name, {"id": f"EXP-{len(self.known) + 1}", "revisie": 1, "listed": True})
        own = {"bron_systeem": "nacht", "bron_signaal_id": known["id"], "revisie": known["revisie"]}
        wanted = step["gegevens"]
        match step["handeling"]:
            case "signaalAfgeven":
                if step["stap"] == "weer":
                    known |= {"revisie": 2, "listed": True}
                repaired = known.get("row", {}).get("professional_id") == "ib-2"
                known.setdefault("day", day)
                known["day"] = day if step["stap"] == "weer" else known["day"]
                known["row"] = self.give(own | {"revisie": known["revisie"]}, child, wanted, known["day"])
                known["row"] |= {"professional_id": "ib-2"} if repaired else {}
                return known["row"]
            case "signaalBeeindigen":
                known["listed"] = False
                return own | {"actie": "beeindigen", "datum_einde": day}
            case "signaalIntrekken":
                wrong = {"actie": "beeindigen", "datum_einde": day}
                return own | (wrong if self.broken == "intrekken" else {"actie": "intrekken"})
            case "signaalWijzigen":
                return own | {"actie": "wijzigen", "melder_telefoon": wanted["melder.telefoon"]}
            case "signaalOverdragen":
                names = {"professionalId": "professional_id", "naam": "melder_naam", "telefoon": "melder_telefoon"}
                told = {names[key.split(".")[1]]: value for key, value in wanted.items()}
                return own | {"actie": "overdragen"} | told
            case "signaalVerlengen":
                return own | {"actie": "verlengen", "verwijderdatum": wanted["verwijderdatum"]}
            case "betekenisAanvullen":
                assert known["id"] in self.questions
                choice = wanted["keuzes"][0]
                return own | {"actie": "betekenis_aanvullen", "urgentie": choice["woord"]} | {
                    "urgentie_begrip": choice["begrip"]
                }  # fmt: skip
            case "matchesOpvragen":
                found = self.matches.get(known["id"])
                lapsed = found is not None and found["status"] == "VERVALLEN"
                return {} if found is not None and lapsed == (step["stap"] == "verval") else None
            case "matchTerugkoppelen" | "regieVastleggen" as op:
                found = self.matches.get(known["id"])
                if found is None or self.broken == "leest-niets":
                    return None
                told = {"bron_systeem": "nacht", "bron_signaal_id": known["id"], "match_id": found["match_id"]}
                if op == "matchTerugkoppelen":
                    return told | {"actie": "terugkoppelen", "contact": wanted["contact"]}
                handeling = {"actie": "regie_vastleggen", "regiehandeling": wanted["regiehandeling"]}
                return told | handeling | {"stand": found["regie_stand"]}
        raise AssertionError(step)

    def give(self, own, child, wanted, day):
        age = int(day[:4]) - int(child["geboortedatum"][:4]) - (day[5:] < child["geboortedatum"][5:])
        who = "VERTEGENWOORDIGER" if age < 12 else "BEIDEN" if age < 16 else "JEUGDIGE"
        words = wanted.get("aanduidingen", [])
        names = ("bsn", "familienaam", "voorvoegsel", "voornamen", "geboortedatum", "geslacht")
        row = {} if self.whole else {"actie": "afgeven"}
        row |= own | {"soort": "SIGNAAL"} | {one: child.get(one, "") for one in names} | {
            "professional_id": "ib-1", "melder_naam": "V. Oorbeeld", "melder_telefoon": "010-5550142",
            "datum_tijd_melding": f"{day}T15:30:00{ZONE}", "redelijk_vermoeden": "true",
            "informatieplicht_wie": who, "informatieplicht_datum": day,
            "verwijderdatum": wanted.get("verwijderdatum", ""),
        }  # fmt: skip
        for one in words:
            row[one["as"]] = one["woord"].capitalize() if self.broken == "hoofdletter" else one["woord"]
        return row

    def read(self, result, matches):
        """What came back: what was refused is repaired tomorrow, a match is known."""
        by_id = {one["id"]: name for name, one in self.known.items()}
        for line in csv.DictReader(io.StringIO(result.decode("utf-8-sig")), delimiter=";"):
            name = by_id.get(line["bron_signaal_id"])
            if line["status"] == "geweigerd" and "VIX-1303" in line["bevindingen"] and self.broken != "herstelt-niet":
                self.done.discard((name, "geef"))
                self.known[name]["row"]["professional_id"] = "ib-2"
            if line["vragen"]:
                self.questions[line["bron_signaal_id"]] = line["vragen"]
        for line in csv.DictReader(io.StringIO(matches.decode("utf-8-sig")), delimiter=";"):
            assert line["niet_in_dossier"] == "ja"
            self.matches[line["bron_signaal_id"]] = line
