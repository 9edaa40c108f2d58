"""The regie of a match at the kit's own index: who may do what with it, and how both sides hear of it."""

import pytest

from conformance.parties.index import Index
from conformance.parties.lead import Lead
from tests.conformance.party_messages import BEGUN, given, message, said

ACTS = ("NEMEN", "OVERDRAGEN", "NEERLEGGEN", "HERZIEN", "AANVAARDEN", "AFWIJZEN")


@pytest.mark.parametrize(
    ("acts", "fits", "after"),
    [
        ("", "NEMEN", None),
        ("0 NEMEN", "OVERDRAGEN NEERLEGGEN HERZIEN", 0),
        ("1 NEMEN", "", 1),
        ("0 NEMEN, 0 OVERDRAGEN", "NEERLEGGEN HERZIEN", 0),
        ("1 NEMEN, 1 OVERDRAGEN", "AANVAARDEN AFWIJZEN", 1),
        ("1 NEMEN, 1 OVERDRAGEN, 0 AANVAARDEN", "OVERDRAGEN NEERLEGGEN HERZIEN", 0),
        ("1 NEMEN, 1 OVERDRAGEN, 0 AFWIJZEN", "", 1),
        ("0 NEMEN, 0 NEERLEGGEN", "NEMEN", None),
        ("0 NEMEN, 0 OVERDRAGEN, 0 HERZIEN", "NEERLEGGEN HERZIEN", 0),
    ],
)
def test_who_may_do_what_with_the_regie(acts, fits, after):
    def led():
        lead = Lead()
        for act in filter(None, acts.split(", ")):
            assert lead.do(int(act[0]), act[2:], lead.stand, "2026-12-01")
        return lead

    assert led().holder == after
    assert {act for act in ACTS if led().do(0, act, led().stand, "")} == set(fits.split())
    assert not any(led().do(0, act, led().stand + 1, "") for act in ACTS)


def test_an_index_that_holds_the_regie_decides_on_it_and_tells_both():
    able, index = Index(can=("regie",), begun=BEGUN), Index(begun=BEGUN)
    said(able, given("s1", "m1", by="a"))
    [match] = said(able, given("s2", "m2", by="b"))[1]["match"]
    assert (match["regie"]["wie"], match["regie"]["stand"]) == ("GEEN", 0)
    wish = {"matchId": match["matchId"], "handeling": "NEMEN", "stand": 0, "herzienOp": "2026-12-24"}
    _, told = said(able, message("regieVastleggen", "r1", gatewayReferentie="s1", **wish))
    assert (told["uitgevoerd"], told["regie"]["wie"], told["contract"]) == (True, "IK", [])
    _, late = said(able, message("regieVastleggen", "r2", gatewayReferentie="s2", **wish))
    assert (late["uitgevoerd"], late["regie"]["wie"]) == (False, "ANDER")
    _, news = said(able, message("matchesOpvragen", "p", vanafVolgnummer=0))
    assert [(one["eigenSignaalId"], one["regie"]["wie"]) for one in news["match"]][-2:] == [
        ("s1", "IK"),
        ("s2", "ANDER"),
    ]
    assert news["match"][-1]["regie"]["naam"] == "Iemand van a"
    assert said(able, message("statusOpvragen", "q", vanBericht="r1"))[1]["gevonden"] is True
    strange = wish | {"matchId": "een-andere"}
    assert said(able, message("regieVastleggen", "r3", gatewayReferentie="s1", **strange))[1]["code"] == "IX-404"
    assert said(index, given("s1", "m1", by="a"))[0] == "vastgelegd"
    [plain] = said(index, given("s2", "m2", by="b"))[1]["match"]
    assert "regie" not in plain
    assert said(index, message("regieVastleggen", "r1", gatewayReferentie="s1", **wish))[1]["code"] == "IX-422"
