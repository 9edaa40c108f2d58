import aanlevering.*;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.handler.MessageContext;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;

/**
 * A sender in Java with Apache CXF: {@code Client WSDL TOKEN OTHER_TOKEN BSN}. Copy what you need.
 *
 * Everything it knows of the gateway is the served WSDL, from which the package aanlevering is generated. It prints
 * what it saw as one line of JSON.
 */
public class Client {
    static final String RUN = UUID.randomUUID().toString().substring(0, 8);

    /** A client for one organisation; the token says which. */
    static Aanlevering connect(String wsdl, String token) throws Exception {
        Aanlevering port = new AanleveringService(URI.create(wsdl).toURL()).getAanleveringPoort();
        ((BindingProvider) port).getRequestContext()
            .put(MessageContext.HTTP_REQUEST_HEADERS, Map.of("Authorization", List.of("Bearer " + token)));
        return port;
    }

    static Antwoord signaalAfgeven(Aanlevering organisatie, String bronSignaalId, String bsn) throws Exception {
        SignaalAfgeven signaal = new SignaalAfgeven();
        signaal.setKop(kop());
        signaal.setBronSignaalId(bronSignaalId);
        signaal.setSoort(Soort.SIGNAAL);
        Jeugdige jeugdige = new Jeugdige();
        jeugdige.setBsn(bsn);
        signaal.setJeugdige(jeugdige);
        Melder melder = new Melder();
        melder.setProfessionalId("p-1");
        melder.setNaam("V. Oorbeeld");
        melder.setTelefoon("030-1234567");
        signaal.setMelder(melder);
        signaal.setDatumTijdMelding(calendar(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        Informatieplicht informatieplicht = new Informatieplicht();
        informatieplicht.setWie("JEUGDIGE");
        informatieplicht.setDatum(today());
        Attestaties attestaties = new Attestaties();
        attestaties.setRedelijkVermoeden(true);
        attestaties.setInformatieplicht(informatieplicht);
        signaal.setAttestaties(attestaties);
        Aanduiding aanduiding = new Aanduiding();
        aanduiding.setAs("urgentie");
        aanduiding.setWoord("spoed");
        signaal.getAanduiding().add(aanduiding);
        return organisatie.signaalAfgeven(signaal);
    }

    /** Ask again and again, each time after the last cursor, until there is a match on this signal. */
    static Match firstMatch(Aanlevering organisatie, String bronSignaalId) throws Exception {
        Bladeren question = new Bladeren();
        question.setKop(kop());
        for (Instant until = Instant.now().plusSeconds(30); Instant.now().isBefore(until);) {
            MatchesOpvragenAntwoord page = organisatie.matchesOpvragen(question);
            for (Match match : page.getMatch()) {
                if (bronSignaalId.equals(match.getBronSignaalId())) {
                    return match;
                }
            }
            question.setNa(page.getCursor());
            if (!page.isMeer()) {
                Thread.sleep(500);
            }
        }
        throw new IllegalStateException("no match");
    }

    public static void main(String[] arguments) throws Exception {
        Aanlevering ours = connect(arguments[0], arguments[1]);
        Aanlevering theirs = connect(arguments[0], arguments[2]);
        String bsn = arguments[3];
        String ourId = RUN + "-ons";

        Antwoord given = signaalAfgeven(ours, ourId, bsn);
        signaalAfgeven(theirs, RUN + "-hun", bsn);
        Match match = firstMatch(ours, ourId);

        StatusOpvragen status = new StatusOpvragen();
        status.setKop(kop());
        status.setBronSignaalId(ourId);
        Stand stand = ours.statusOpvragen(status).getStand();

        SignaalBeeindigen einde = new SignaalBeeindigen();
        einde.setKop(kop());
        einde.setBronSignaalId(ourId);
        einde.setDatumEinde(today());
        Antwoord ended = ours.signaalBeeindigen(einde);

        VerwijsindexFout fault;
        try {
            signaalAfgeven(ours, RUN + "-fout", "111111111");
            throw new IllegalStateException("a wrong BSN was accepted");
        } catch (VerwijsindexFout_Exception wrong) {
            fault = wrong.getFaultInfo();
        }

        Map<String, Object> seen = new LinkedHashMap<>();
        seen.put("bronSignaalId", given.getOntvangstbewijs().getBronSignaalId());
        seen.put("woord", given.getVertaling().get(0).getWoord());
        seen.put("advies", given.getAdvies().get(0).getCode());
        seen.put("instantie", match.getBetrokkene().get(0).getInstantie());
        seen.put("telefoon", match.getBetrokkene().get(0).getTelefoon());
        seen.put("status", stand.getStatus().value());
        seen.put("bezorging", stand.getBezorging().value());
        seen.put("matches", stand.getMatch().size());
        seen.put("einde", ended.getStand().getStatus().value());
        seen.put("code", fault.getBevinding().get(0).getCode());
        seen.put("plek", fault.getPlek());
        seen.put("plaats", fault.getBevinding().get(0).getPlaats());
        System.out.println(json(seen));
    }

    static Kop kop() {
        Kop kop = new Kop();
        kop.setBronSysteem("voorbeeld-cxf");
        return kop;
    }

    static XMLGregorianCalendar today() throws Exception {
        return calendar(LocalDate.now(ZoneId.of("Europe/Amsterdam")).toString());
    }

    static XMLGregorianCalendar calendar(String text) throws Exception {
        return DatatypeFactory.newInstance().newXMLGregorianCalendar(text);
    }

    static String json(Map<String, Object> seen) {
        return seen.entrySet().stream()
            .map(entry -> "\"" + entry.getKey() + "\": "
                + (entry.getValue() instanceof Integer ? entry.getValue() : "\"" + entry.getValue() + "\""))
            .collect(Collectors.joining(", ", "{", "}"));
    }
}
