import aanlevering.*;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.xml.ws.BindingProvider;
import jakarta.xml.ws.WebServiceException;
import jakarta.xml.ws.handler.MessageContext;
import jakarta.xml.ws.soap.AddressingFeature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.xml.datatype.DatatypeConfigurationException;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;

/**
 * A sender in Java with Apache CXF: {@code Client http://127.0.0.1:9070 geheugen.json}. Copy what you need.
 *
 * All it knows of a gateway is the WSDL, from which the package aanlevering is generated. What to do it asks the kit,
 * where in your system a professional decides. It keeps its signals, its matches and what it is sending in one file,
 * and writes nothing of a person in its log. Exit code 0 when all that was asked is done.
 */
public class Client {
    /** What CXF says of a failure may hold what was sent. */
    static final Logger CXF = Logger.getLogger("org.apache.cxf");
    static final int ANSWER_SECONDS = 45;
    /** Between attempts after silence. In production rather minutes than seconds; then a person is told. */
    static final List<Integer> PAUSES_MS = List.of(500, 1000, 2000, 4000, 8000, 0);
    /** How often a step is tried before it is left to a person. */
    static final int ATTEMPTS = 3;
    static final ObjectMapper JSON = new ObjectMapper()
        .registerModule(new SimpleModule().addDeserializer(XMLGregorianCalendar.class, new Calendar()));
    static final List<ObjectNode> MELDERS = List.of(
        melder("ib-1", "V. Oorbeeld", "030-5550142"), melder("ib-2", "T. Weede", "030-5550143"));

    /** The gateway will not have it; a professional repairs it. Its message holds the codes. */
    static class Refused extends Exception {
        Refused(String codes) {
            super(codes);
        }
    }

    /** No answer after all attempts. What was being sent stays in the memory, and goes again at the next start. */
    static class Unanswered extends Exception {
        Unanswered(String operation) {
            super(operation);
        }
    }

    /** What must survive: written before anything is sent, and whole or not at all. */
    static class Memory {
        final Path path;
        final ObjectNode kept;

        Memory(Path path) throws IOException {
            this.path = path.toAbsolutePath();
            kept = (ObjectNode) (Files.exists(path)
                ? JSON.readTree(path.toFile())
                : JSON.readTree("{\"signalen\": {}, \"matches\": {}, \"cursor\": null, \"verzending\": null}"));
        }

        ObjectNode signals() {
            return (ObjectNode) kept.get("signalen");
        }

        ObjectNode matches() {
            return (ObjectNode) kept.get("matches");
        }

        void save() throws IOException {
            Path made = path.resolveSibling(path.getFileName() + ".nieuw");
            JSON.writerWithDefaultPrettyPrinter().writeValue(made.toFile(), kept);
            Files.move(made, path, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The operations of the contract, over a line that may fail. */
    static class Gateway {
        final Aanlevering port;

        Gateway(String address) throws IOException {
            URI wsdl = URI.create(address + "?wsdl");
            port = new AanleveringService(wsdl.toURL()).getAanleveringPoort(new AddressingFeature(true));
            Map<String, Object> asked = ((BindingProvider) port).getRequestContext();
            asked.put("javax.xml.ws.client.receiveTimeout", String.valueOf(ANSWER_SECONDS * 1000));
            // Without this CXF reads no fault from a 503, and so not whether it may be tried again.
            asked.put("org.apache.cxf.transport.no_io_exceptions", "true");
        }

        /** The answer. The same goes again after silence. */
        Object say(String operation, ObjectNode fields) throws Refused, Unanswered, InterruptedException {
            for (int pause : PAUSES_MS) {
                int wait = 0;
                try {
                    return once(operation, fields);
                } catch (VerwijsindexFout_Exception fault) {
                    VerwijsindexFout told = fault.getFaultInfo();
                    if (!told.isHerhaalbaar()) {
                        throw new Refused(
                            told.getBevinding().stream().map(Bevinding::getCode).collect(Collectors.joining(" ")));
                    }
                    wait = asked();
                    log(operation, "later opnieuw");
                } catch (WebServiceException silence) {
                    log(operation, "geen heel antwoord");
                }
                Thread.sleep(Math.max(pause, wait * 1000));
            }
            throw new Unanswered(operation);
        }

        private Object once(String operation, ObjectNode fields) throws VerwijsindexFout_Exception {
            ObjectNode said = fields.deepCopy();
            said.putObject("kop").put("bronSysteem", "voorbeeld-cxf");
            return switch (operation) {
                case "signaalAfgeven" -> port.signaalAfgeven(as(said, SignaalAfgeven.class));
                case "signaalBeeindigen" -> port.signaalBeeindigen(as(said, SignaalBeeindigen.class));
                case "signaalIntrekken" -> port.signaalIntrekken(as(said, SignaalIntrekken.class));
                case "signaalVerlengen" -> port.signaalVerlengen(as(said, SignaalVerlengen.class));
                case "signaalWijzigen" -> port.signaalWijzigen(as(said, SignaalWijzigen.class));
                case "signaalOverdragen" -> port.signaalOverdragen(as(said, SignaalOverdragen.class));
                case "betekenisAanvullen" -> port.betekenisAanvullen(as(said, BetekenisAanvullen.class));
                case "matchesOpvragen" -> port.matchesOpvragen(as(said, Bladeren.class));
                case "matchTerugkoppelen" -> port.matchTerugkoppelen(as(said, MatchTerugkoppelen.class)).getMatch();
                case "regieVastleggen" -> port.regieVastleggen(as(said, RegieVastleggen.class)).getMatch();
                default -> throw new IllegalArgumentException(operation);
            };
        }

        /** For how many seconds the last answer asks to wait. */
        private int asked() {
            Map<?, ?> headers = (Map<?, ?>) ((BindingProvider) port).getResponseContext()
                .get(MessageContext.HTTP_RESPONSE_HEADERS);
            List<?> found = headers == null ? null : (List<?>) headers.get("Retry-After");
            String said = found == null ? "" : found.get(0).toString();
            return said.matches("[0-9]{1,5}") ? Integer.parseInt(said) : 0;
        }
    }

    final Gateway gateway;
    final Memory memory;

    Client(Gateway gateway, Memory memory) {
        this.gateway = gateway;
        this.memory = memory;
    }

    /** Send again what was being sent when the program stopped: the same id, the same content. */
    void resume() throws Exception {
        if (memory.kept.get("verzending").isNull()) {
            return;
        }
        try {
            deliver();
        } catch (Refused refused) {
            log("geweigerd:", refused.getMessage());
        }
    }

    /** One step. */
    void step(JsonNode todo) throws Exception {
        String operation = todo.get("handeling").asText(), dossier = todo.get("scenario").asText();
        JsonNode asked = todo.get("gegevens");
        if (operation.equals("matchesOpvragen")) {
            poll();
            return;
        }
        if (operation.equals("signaalAfgeven")) {
            give(dossier, todo.get("jeugdige"), asked);
            return;
        }
        String own = memory.signals().get(dossier).get("bronSignaalId").asText();
        JsonNode match = memory.matches().get(own);
        ObjectNode fields = JSON.createObjectNode();
        switch (operation) {
            case "matchTerugkoppelen" -> fields.put("contact", asked.get("contact").asText())
                .set("matchId", match.get("matchId"));
            case "regieVastleggen" -> fields.put("regiehandeling", asked.get("regiehandeling").asText())
                .setAll((ObjectNode) match);
            case "signaalBeeindigen" -> fields.put("bronSignaalId", own).put("datumEinde", LocalDate.now().toString());
            case "betekenisAanvullen" -> fields.put("bronSignaalId", own).set("keuze", asked.get("keuzes"));
            case "signaalWijzigen", "signaalOverdragen" -> {
                ObjectNode melder = fields.put("bronSignaalId", own).putObject("melder");
                asked.fields().forEachRemaining(one -> melder.set(one.getKey().replace("melder.", ""), one.getValue()));
            }
            default -> fields.put("bronSignaalId", own).setAll((ObjectNode) asked);
        }
        send(operation, fields, dossier);
    }

    private void give(String dossier, JsonNode child, JsonNode asked) throws Exception {
        ObjectNode signal = (ObjectNode) memory.signals().get(dossier);
        String status = signal == null ? "" : signal.get("status").asText();
        if (signal == null) {
            signal = JSON.createObjectNode().put("bronSignaalId", "cxf-" + UUID.randomUUID().toString().substring(0, 13));
            signal.put("revisie", 1).put("melder", 0).put("gemeld", now());
        } else if (status.equals("GEWEIGERD")) {
            signal.put("melder", signal.get("melder").asInt() + 1);
        } else if (!status.equals("ACTIEF")) {
            signal.put("revisie", signal.get("revisie").asInt() + 1).put("gemeld", now());
        }
        if (signal.get("melder").asInt() >= MELDERS.size()) {
            throw new Refused("er is geen andere melder");
        }
        String moment = signal.get("gemeld").asText(), day = moment.substring(0, 10);
        ObjectNode fields = JSON.createObjectNode().put("soort", "SIGNAAL").put("datumTijdMelding", moment);
        fields.set("bronSignaalId", signal.get("bronSignaalId"));
        fields.set("revisie", signal.get("revisie"));
        fields.set("jeugdige", jeugdige(child));
        fields.set("melder", MELDERS.get(signal.get("melder").asInt()));
        ObjectNode sworn = fields.putObject("attestaties").put("redelijkVermoeden", true);
        sworn.putObject("informatieplicht").put("wie", informed(child, day)).put("datum", day);
        fields.set("aanduiding", asked.has("aanduidingen") ? asked.get("aanduidingen") : JSON.createArrayNode());
        if (asked.has("verwijderdatum")) {
            fields.set("verwijderdatum", asked.get("verwijderdatum"));
        }
        memory.signals().set(dossier, signal.put("status", "ONBEKEND"));
        send("signaalAfgeven", fields, dossier);
    }

    /** Keep a message, and send it. */
    private void send(String operation, ObjectNode fields, String dossier) throws Exception {
        memory.kept.putObject("verzending").put("operation", operation).put("dossier", dossier).set("fields", fields);
        memory.save();
        deliver();
    }

    /** Send what was kept until there is an answer, and keep what that says. */
    private void deliver() throws Exception {
        JsonNode sending = memory.kept.get("verzending");
        String operation = sending.get("operation").asText();
        ObjectNode fields = (ObjectNode) sending.get("fields");
        ObjectNode signal = (ObjectNode) memory.signals().get(sending.get("dossier").asText());
        try {
            Object answer = gateway.say(operation, fields);
            if (answer instanceof Antwoord told) {
                signal.put("status", told.getStand().getStatus().value());
                keep(told.getStand().getMatch());
            } else {
                Match match = (Match) answer;
                keep(List.of(match));
                if (fields.path("contact").asText().equals("VERWIJDERD")) {
                    memory.matches().remove(match.getBronSignaalId());
                }
            }
        } catch (Refused refused) {
            if (operation.equals("signaalAfgeven")) {
                signal.put("status", "GEWEIGERD");
            }
            memory.kept.putNull("verzending");
            memory.save();
            throw refused;
        }
        memory.kept.putNull("verzending");
        memory.save();
    }

    /** All that is new of matches. The cursor is kept with what it came with, never before. */
    private void poll() throws Exception {
        for (boolean more = true; more;) {
            ObjectNode question = JSON.createObjectNode();
            question.set("na", memory.kept.get("cursor"));
            MatchesOpvragenAntwoord page = (MatchesOpvragenAntwoord) gateway.say("matchesOpvragen", question);
            keep(page.getMatch());
            memory.kept.put("cursor", page.getCursor());
            memory.save();
            more = page.isMeer();
        }
    }

    /** Keep what is needed to answer a match. Whom it names is shown to the professional, and not kept. */
    private void keep(List<Match> matches) {
        for (Match one : matches) {
            String stand = one.getRegie() == null ? null : one.getRegie().getStand();
            memory.matches().putObject(one.getBronSignaalId()).put("matchId", one.getMatchId()).put("stand", stand);
        }
    }

    /** Ask what is next and do it, until there is nothing left; gives what was left to a person. */
    Set<String> work(String url) throws Exception {
        HttpClient kit = HttpClient.newHttpClient();
        Map<String, Integer> tried = new HashMap<>();
        Set<String> left = new TreeSet<>();
        while (true) {
            URI next = URI.create(url + "/toets/opdracht?formaat=soap&zonder=" + String.join(",", left));
            HttpResponse<String> told = kit.send(
                HttpRequest.newBuilder(next).build(), HttpResponse.BodyHandlers.ofString());
            if (told.statusCode() == 204) {
                return left;
            }
            JsonNode todo = JSON.readTree(told.body());
            String step = todo.get("scenario").asText() + " " + todo.get("stap").asText();
            try {
                step(todo);
                log(step, todo.get("handeling").asText(), "gedaan");
            } catch (Refused refused) {
                log(step, todo.get("handeling").asText(), "geweigerd:", refused.getMessage());
            }
            if (tried.merge(step, 1, Integer::sum) >= ATTEMPTS) {
                left.add(todo.get("scenario").asText());
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        CXF.setLevel(Level.OFF);
        String url = arguments[0];
        Client client = new Client(new Gateway(url + "/soap/v1"), new Memory(Path.of(arguments[1])));
        try {
            client.resume();
            Set<String> left = client.work(url);
            log(left.isEmpty() ? "klaar" : "niet gelukt: " + String.join(" ", left));
            System.exit(left.isEmpty() ? 0 : 1);
        } catch (Unanswered silence) {
            log("geen antwoord op", silence.getMessage(), "; start later opnieuw");
            System.exit(1);
        }
    }

    /** The child by number where the sender may use it, else by name. */
    static ObjectNode jeugdige(JsonNode child) throws Refused {
        if (!child.has("bsn")) {
            return JSON.createObjectNode().set("persoonsgegevens", child);
        }
        if (!elfproef(child.get("bsn").asText())) {
            throw new Refused("het BSN is niet goed overgenomen");
        }
        return JSON.createObjectNode().set("bsn", child.get("bsn"));
    }

    /** Whether nine figures can be a BSN. */
    static boolean elfproef(String number) {
        if (!number.matches("[0-9]{9}")) {
            return false;
        }
        int sum = 0;
        for (int at = 0; at < 9; at++) {
            sum += (at == 8 ? -1 : 9 - at) * (number.charAt(at) - '0');
        }
        return sum % 11 == 0;
    }

    /** Who was told: under 12 the representative, 12 to 16 both, from 16 the young person. */
    static String informed(JsonNode child, String day) {
        int age = Period.between(LocalDate.parse(child.get("geboortedatum").asText()), LocalDate.parse(day)).getYears();
        return age < 12 ? "VERTEGENWOORDIGER" : age < 16 ? "BEIDEN" : "JEUGDIGE";
    }

    static ObjectNode melder(String id, String naam, String telefoon) {
        ObjectNode made = JSON.createObjectNode().put("professionalId", id).put("naam", naam);
        return made.put("functie", "intern begeleider").put("telefoon", telefoon);
    }

    static String now() {
        return OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).format(DateTimeFormatter.ISO_OFFSET_DATE_TIME);
    }

    static <T> T as(ObjectNode fields, Class<T> type) {
        return JSON.convertValue(fields, type);
    }

    /** Names of scenarios, steps, operations and codes; nothing else. */
    static void log(String... words) {
        System.out.println(String.join(" ", words));
    }

    /** A day or a moment as it is written. */
    static class Calendar extends StdDeserializer<XMLGregorianCalendar> {
        Calendar() {
            super(XMLGregorianCalendar.class);
        }

        @Override
        public XMLGregorianCalendar deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            try {
                return DatatypeFactory.newInstance().newXMLGregorianCalendar(parser.getText());
            } catch (DatatypeConfigurationException missing) {
                throw new IOException(missing);
            }
        }
    }
}
