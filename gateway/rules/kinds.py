"""What may be told of each kind of match: the match dictionary, kind by kind. Jeugdwet 7.1.4.3 lid 2, 7.1.4.6 lid 2.

Of a family match only that it is not the same young person, and who to reach; of the archive and of a move only who
to reach. Words of the other go with a match on the same young person alone, where the pack lets them travel.
"""

from gateway.canonical.match import MatchSoort
from gateway.canonical.order import MatchNews

OTHER_CHILD = {
    MatchSoort.CLIENTMATCH: False,
    MatchSoort.GEZINSMATCH_OUDER: True,
    MatchSoort.HISTORISCH: False,
    MatchSoort.VERHUIZING: False,
}
"""The kinds that are told, and whether they are about another young person than one's own.

A match by address is not: which addresses are institutions is not well enough known.
"""


def told(news: MatchNews) -> MatchNews | None:
    """News of a match cut to what its kind may hold; None for a kind that is off, or one that contradicts itself."""
    if OTHER_CHILD.get(news.soort) is not news.niet_dezelfde_jeugdige:
        return None
    if news.soort is MatchSoort.CLIENTMATCH or not news.content.betekenissen:
        return news
    return news.model_copy(update={"content": news.content.model_copy(update={"betekenissen": ()})})
