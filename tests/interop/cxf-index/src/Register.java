import index.Aanduiding;
import index.CapaciteitenAntwoord;
import index.Contact;
import index.Match;
import index.MatchSoort;
import index.MatchStatus;
import index.MatchTerugkoppelen;
import index.MatchesOpvragen;
import index.MatchesOpvragenAntwoord;
import index.Persoonsgegevens;
import index.Regie;
import index.RegieVastleggen;
import index.RegieVastleggenAntwoord;
import index.Regiehandeling;
import index.SignaalAfgeven;
import index.SignaalWijzigen;
import index.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;

/** What an index decides: who is meant, what matches, what each sender is told. Called by one thread at a time. */
class Register {
    private static final ZoneId HERE = ZoneId.of("Europe/Amsterdam");
    private static final String AXIS = "urgentie";

    static class Signal {
        final String id = UUID.randomUUID().toString();
        String sender;
        String reference;
        String person;
        String organisation;
        Status status = Status.ACTIEF;
        Contact contact;
        LocalDate last;
        List<Aanduiding> words;
        boolean history;
    }

    /** A match is between two signals; of the history only the first hears. */
    private static class Pair {
        final String id = UUID.randomUUID().toString();
        final XMLGregorianCalendar since = now();
        final MatchSoort kind;
        final Signal one;
        final Signal other;
        boolean active = true;
        boolean removed;
        Signal holder;
        boolean offered;
        XMLGregorianCalendar review;
        long stand;
        final Map<Signal, String> followed = new HashMap<>();

        Pair(MatchSoort kind, Signal one, Signal other) {
            this.kind = kind;
            this.one = one;
            this.other = other;
        }

        Signal beside(Signal own) {
            return own == one ? other : one;
        }
    }

    private record News(Pair pair, Signal own, boolean active, boolean remove) {}

    private record Person(String bsn, String name, String born, String sex) {}

    private final List<Person> persons = new ArrayList<>();
    private final List<Signal> signals = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private final Map<String, List<News>> streams = new HashMap<>();
    private final Set<List<String>> offered = new HashSet<>();

    Register(Path file) throws java.io.IOException {
        for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
            String[] cell = line.split(";", -1);
            if (cell[0].matches("[0-9]{9}")) {
                persons.add(new Person(cell[0], cell[3].toLowerCase(), cell[4], cell[5]));
            }
        }
    }

    static CapaciteitenAntwoord able() {
        CapaciteitenAntwoord able = new CapaciteitenAntwoord();
        able.setKetenregistratie(true);
        able.setSignaalcode(true);
        able.getAanduidingAs().add(AXIS);
        able.setVerwerkingstijd(calendars().newDuration("PT5S"));
        able.setWijzigen(true);
        able.setRegie(true);
        able.setTerugkoppelen(true);
        return able;
    }

    Signal give(SignaalAfgeven asked) throws Index.Refused {
        for (Aanduiding word : asked.getAanduiding()) {
            if (!word.getAs().equals(AXIS)) {
                throw new Index.Refused("CX-422", "Deze as draagt deze index niet.");
            }
        }
        Signal made = new Signal();
        made.person = identify(asked).bsn();
        made.last = reported(asked.getDatumTijdMelding()).plusYears(2);
        within(made, asked.getVerwijderdatum());
        made.sender = asked.getKop().getZender();
        made.reference = asked.getGatewayReferentie();
        made.organisation = asked.getMelder().getInstantieId();
        made.contact = asked.getMelder();
        made.words = asked.getAanduiding();
        signals.add(made);
        for (Signal other : List.copyOf(signals)) {
            if (!made.person.equals(other.person) || made.organisation.equals(other.organisation)) {
                continue;
            }
            if (other.status == Status.ACTIEF) {
                tell(new Pair(MatchSoort.CLIENTMATCH, made, other), true, false);
            } else if (other.status == Status.ARCHIEF && offered.add(List.of(other.id, made.organisation))) {
                made.history = true;
                tell(new Pair(MatchSoort.HISTORISCH, made, other), true, false);
            }
        }
        return made;
    }

    Signal change(SignaalWijzigen asked) throws Index.Refused {
        Signal own = own(asked.getKop().getZender(), asked.getGatewayReferentie());
        within(own, asked.getVerwijderdatum());
        if (own.status == Status.ACTIEF) {
            own.contact = asked.getMelder();
        }
        return own;
    }

    Signal end(String sender, String reference) throws Index.Refused {
        Signal own = own(sender, reference);
        if (own.status == Status.ACTIEF) {
            own.status = Status.ARCHIEF;
            lapse(own, false);
        }
        return own;
    }

    Signal destroy(String sender, String reference) throws Index.Refused {
        Signal own = own(sender, reference);
        if (own.status != Status.VERNIETIGD) {
            own.status = Status.VERNIETIGD;
            own.person = null;
            own.contact = null;
            own.words = List.of();
            lapse(own, true);
        }
        return own;
    }

    Signal followUp(MatchTerugkoppelen asked) throws Index.Refused {
        Signal own = own(asked.getKop().getZender(), asked.getGatewayReferentie());
        pair(own, asked.getMatchId()).followed.put(own, asked.getContact());
        return own;
    }

    RegieVastleggenAntwoord arrange(RegieVastleggen asked) throws Index.Refused {
        Signal own = own(asked.getKop().getZender(), asked.getGatewayReferentie());
        Pair pair = pair(own, asked.getMatchId());
        RegieVastleggenAntwoord answer = new RegieVastleggenAntwoord();
        boolean fits = asked.getStand().longValue() == pair.stand && follow(pair, own, asked.getHandeling());
        if (fits) {
            pair.stand++;
            switch (asked.getHandeling()) {
                case NEMEN, AANVAARDEN, HERZIEN -> pair.review = asked.getHerzienOp();
                case NEERLEGGEN -> pair.review = null;
                default -> { }
            }
            tell(pair, true, false);
        }
        answer.setUitgevoerd(fits);
        answer.setRegie(regie(pair, own));
        return answer;
    }

    MatchesOpvragenAntwoord page(MatchesOpvragen asked) {
        List<News> stream = streams.getOrDefault(asked.getKop().getZender(), List.of());
        int from = asked.getVanafVolgnummer().min(java.math.BigInteger.valueOf(stream.size())).intValue();
        int most = asked.getMaximum() == null ? 100 : asked.getMaximum().min(java.math.BigInteger.valueOf(200)).intValue();
        int to = Math.min(stream.size(), from + most);
        MatchesOpvragenAntwoord answer = new MatchesOpvragenAntwoord();
        stream.subList(from, to).forEach(news -> answer.getMatch().add(match(news)));
        answer.setTotVolgnummer(asked.getVanafVolgnummer().max(java.math.BigInteger.valueOf(to)));
        answer.setMeer(to < stream.size());
        return answer;
    }

    static XMLGregorianCalendar now() {
        return calendars().newXMLGregorianCalendar(OffsetDateTime.now().withNano(0).toString().replaceFirst("T(\\d\\d:\\d\\d)(Z|[+-])", "T$1:00$2"));
    }

    static String hash(String text) {
        try {
            byte[] found = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(found);
        } catch (java.security.NoSuchAlgorithmException absent) {
            throw new IllegalStateException(absent);
        }
    }

    /** Do what was asked with the regie of a match, if it can be done from where it is now. */
    private static boolean follow(Pair pair, Signal own, Regiehandeling handeling) {
        boolean mine = pair.holder == own;
        boolean theirs = pair.holder != null && !mine;
        boolean fits = switch (handeling) {
            case NEMEN -> pair.holder == null;
            case OVERDRAGEN -> mine && !pair.offered;
            case NEERLEGGEN, HERZIEN -> mine;
            case AANVAARDEN, AFWIJZEN -> theirs && pair.offered;
        };
        if (fits) {
            switch (handeling) {
                case NEMEN, AANVAARDEN -> pair.holder = own;
                case NEERLEGGEN -> pair.holder = null;
                default -> { }
            }
            pair.offered = switch (handeling) {
                case OVERDRAGEN -> true;
                case HERZIEN -> pair.offered;
                default -> false;
            };
        }
        return fits;
    }

    private Person identify(SignaalAfgeven asked) throws Index.Refused {
        String bsn = asked.getJeugdige().getBsn();
        Persoonsgegevens data = asked.getJeugdige().getPersoonsgegevens();
        List<Person> found = persons.stream().filter(one -> bsn != null ? one.bsn().equals(bsn)
            : one.name().equals(data.getFamilienaam().toLowerCase()) && one.sex().equals(data.getGeslacht().value())
                && one.born().startsWith(data.getGeboortedatum().replace("-", ""))).toList();
        if (found.size() != 1) {
            throw new Index.Refused("CX-404", "Deze gegevens wijzen niet een persoon aan.");
        }
        if (found.get(0).born().compareTo(LocalDate.now(HERE).minusYears(23).toString().replace("-", "")) <= 0) {
            throw new Index.Refused("CX-423", "De persoon is 23 jaar of ouder.");
        }
        return found.get(0);
    }

    private static LocalDate reported(XMLGregorianCalendar moment) {
        return moment.toGregorianCalendar().toZonedDateTime().withZoneSameInstant(HERE).toLocalDate();
    }

    private static void within(Signal signal, XMLGregorianCalendar asked) throws Index.Refused {
        if (LocalDate.of(asked.getYear(), asked.getMonth(), asked.getDay()).isAfter(signal.last)) {
            throw new Index.Refused("CX-424", "Een signaal staat ten hoogste twee jaar na de melding.");
        }
    }

    private Signal own(String sender, String reference) throws Index.Refused {
        for (Signal signal : signals) {
            if (signal.sender.equals(sender) && signal.reference.equals(reference)) {
                return signal;
            }
        }
        throw new Index.Refused("CX-404", "Dit signaal is er niet.");
    }

    private Pair pair(Signal own, String id) throws Index.Refused {
        for (Pair pair : pairs) {
            if (pair.id.equals(id) && pair.active && pair.kind == MatchSoort.CLIENTMATCH
                && (pair.one == own || pair.other == own)) {
                return pair;
            }
        }
        throw new Index.Refused("CX-404", "Deze match is er niet.");
    }

    private void lapse(Signal own, boolean remove) {
        for (Pair pair : pairs) {
            if ((pair.one == own || pair.other == own) && (pair.active || remove && !pair.removed)) {
                pair.active = false;
                pair.removed = remove;
                pair.holder = null;
                tell(pair, false, remove);
            }
        }
    }

    private void tell(Pair pair, boolean active, boolean remove) {
        if (!pairs.contains(pair)) {
            pairs.add(pair);
        }
        for (Signal side : pair.kind == MatchSoort.HISTORISCH ? List.of(pair.one) : List.of(pair.other, pair.one)) {
            streams.computeIfAbsent(side.sender, none -> new ArrayList<>()).add(new News(pair, side, active, remove));
        }
    }

    private static Match match(News news) {
        Pair pair = news.pair();
        Signal beside = pair.beside(news.own());
        Match match = new Match();
        match.setMatchId(pair.id);
        match.setSoort(pair.kind);
        match.setEigenSignaalId(news.own().reference);
        match.setNietDezelfdeJeugdige(false);
        match.setOntstaanOp(pair.since);
        match.setStatus(news.active() ? MatchStatus.ACTIEF : MatchStatus.VERVALLEN);
        if (news.active() && pair.active) {
            match.getBetrokkene().add(beside.contact);
            if (pair.kind == MatchSoort.CLIENTMATCH) {
                match.getAanduiding().addAll(beside.words);
                match.setRegie(regie(pair, news.own()));
            }
        }
        if (news.remove()) {
            match.setVerwijderen(true);
        }
        return match;
    }

    private static Regie regie(Pair pair, Signal own) {
        Regie regie = new Regie();
        regie.setWie(pair.holder == null ? "GEEN" : pair.holder == own ? "IK" : "ANDER");
        if (pair.holder != null && pair.holder != own) {
            regie.setNaam(pair.holder.contact.getNaam());
            regie.setInstantieNaam(pair.holder.contact.getInstantieNaam());
        }
        regie.setAangeboden(pair.offered);
        regie.setHerzienOp(pair.review);
        regie.setStand(java.math.BigInteger.valueOf(pair.stand));
        return regie;
    }

    private static DatatypeFactory calendars() {
        try {
            return DatatypeFactory.newInstance();
        } catch (DatatypeConfigurationException absent) {
            throw new IllegalStateException(absent);
        }
    }
}
