import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.client.api.IClientInterceptor;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.IHttpRequest;
import ca.uhn.fhir.rest.client.api.IHttpResponse;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.gclient.StringClientParam;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Enumerations.AdministrativeGender;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PositiveIntType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;

/**
 * A sender in Java with HAPI FHIR: {@code Client http://127.0.0.1:9070 geheugen.json}. Copy what you need.
 *
 * It says all of it as messages of FHIR R4 and searches for its matches. What to do it asks the kit, where in your
 * system a professional decides. It keeps its signals, its matches and what it is sending in one file, and writes
 * nothing of a person in its log. Exit code 0 when all that was asked is done.
 */
public class Client {
    static final String OURS = "https://verwijsindex.example/fhir/";
    static final String HL7 = "http://hl7.org/fhir/StructureDefinition/";
    static final String SOURCE = OURS + "sid/bron/voorbeeld-hapi";
    static final Map<String, String> EVENTS = Map.of(
        "signaalAfgeven", "signaal-aanmaken", "signaalBeeindigen", "signaal-beeindigen", "signaalIntrekken",
        "signaal-intrekken", "signaalWijzigen", "signaal-wijzigen", "signaalVerlengen", "signaal-verlengen",
        "signaalOverdragen", "signaal-overdragen", "betekenisAanvullen", "betekenis-aanvullen", "matchTerugkoppelen",
        "match-terugkoppelen", "regieVastleggen", "regie-vastleggen");
    static final int ANSWER_SECONDS = 45;
    /** Between attempts after silence. In production rather minutes than seconds; then a person is told. */
    static final List<Integer> PAUSES_MS = List.of(500, 1000, 2000, 4000, 8000, 0);
    /** How often a step is tried before it is left to a person. */
    static final int ATTEMPTS = 3;
    static final ObjectMapper JSON = new ObjectMapper();
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

    /** The messages of the contract, over a line that may fail. */
    static class Gateway implements IClientInterceptor {
        final IGenericClient client;
        int wait;

        Gateway(String address) {
            FhirContext context = FhirContext.forR4();
            context.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
            context.getRestfulClientFactory().setSocketTimeout(ANSWER_SECONDS * 1000);
            client = context.newRestfulGenericClient(address);
            client.setEncoding(EncodingEnum.JSON);
            client.registerInterceptor(this);
        }

        /** What is in the answer to a message: a receipt (a Flag), matches (Tasks). */
        List<Resource> say(String operation, ObjectNode fields) throws Refused, Unanswered, InterruptedException {
            Bundle answer = answer(operation, () -> client.operation().processMessage()
                .setMessageBundle(message(operation, fields)).synchronous(Bundle.class).execute());
            MessageHeader header = (MessageHeader) answer.getEntryFirstRep().getResource();
            if (header.getResponse().getCode() != MessageHeader.ResponseType.OK) {
                throw new Refused(codes(answer));
            }
            return answer.getEntry().stream().map(Bundle.BundleEntryComponent::getResource).toList();
        }

        /** The matches after a cursor, and in the links of the page the next one. */
        Bundle matches(String cursor) throws Refused, Unanswered, InterruptedException {
            var search = client.search().forResource(Task.class).usingStyle(SearchStyleEnum.POST)
                .returnBundle(Bundle.class);
            return answer("matchesOpvragen", () -> cursor.isEmpty()
                ? search.execute()
                : search.where(new StringClientParam("na").matches().value(cursor)).execute());
        }

        /** The answer. The same goes again after silence. */
        private Bundle answer(String operation, Supplier<Bundle> once)
                throws Refused, Unanswered, InterruptedException {
            for (int pause : PAUSES_MS) {
                wait = 0;
                try {
                    return once.get();
                } catch (BaseServerResponseException failed) {
                    if (failed.getStatusCode() >= 400 && failed.getStatusCode() < 500) {
                        throw new Refused("HTTP " + failed.getStatusCode());
                    }
                    log(operation, wait > 0 ? "later opnieuw" : "geen heel antwoord");
                } catch (DataFormatException half) {
                    log(operation, "geen heel antwoord");
                }
                Thread.sleep(Math.max(pause, wait * 1000));
            }
            throw new Unanswered(operation);
        }

        private static String codes(Bundle answer) {
            Stream<OperationOutcome> outcomes = answer.getEntry().stream().map(Bundle.BundleEntryComponent::getResource)
                .filter(OperationOutcome.class::isInstance).map(OperationOutcome.class::cast);
            return outcomes.flatMap(one -> one.getIssue().stream())
                .filter(one -> one.getSeverity() == OperationOutcome.IssueSeverity.ERROR)
                .map(one -> one.getDetails().getCodingFirstRep().getCode()).collect(Collectors.joining(" "));
        }

        @Override
        public void interceptRequest(IHttpRequest request) {}

        @Override
        public void interceptResponse(IHttpResponse response) {
            String said = String.join("", response.getHeaders("Retry-After"));
            wait = said.matches("[0-9]{1,5}") ? Integer.parseInt(said) : 0;
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
        JsonNode match = memory.matches().get(memory.signals().get(dossier).path("signaalId").asText());
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
            signal = JSON.createObjectNode().put("bronSignaalId", "hapi-" + UUID.randomUUID().toString().substring(0, 13));
            signal.put("revisie", 1).put("melder", 0).put("gemeld", now());
        } else if (status.equals("GEWEIGERD")) {
            signal.put("melder", signal.get("melder").asInt() + 1);
        } else if (!status.equals("active")) {
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
            for (Resource one : gateway.say(operation, fields)) {
                if (one instanceof Flag receipt) {
                    signal.put("status", receipt.getStatus().toCode()).put("signaalId", number(receipt));
                } else if (one instanceof Task match) {
                    keep(match);
                    if (fields.path("contact").asText().equals("VERWIJDERD")) {
                        memory.matches().remove(match.getFocus().getIdentifier().getValue());
                    }
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
            Bundle page = gateway.matches(memory.kept.get("cursor").asText(""));
            page.getEntry().forEach(one -> keep((Task) one.getResource()));
            Bundle.BundleLinkComponent next = page.getLink("next");
            Bundle.BundleLinkComponent later = next == null ? page.getLink("vi-verder") : next;
            if (later != null) {
                memory.kept.put("cursor", later.getUrl().replaceAll(".*[?&]na=([^&]*).*", "$1"));
            }
            memory.save();
            more = next != null;
        }
    }

    /** Keep what is needed to answer a match. Whom it names is shown to the professional, and not kept. */
    private void keep(Task match) {
        memory.matches().putObject(match.getFocus().getIdentifier().getValue())
            .put("matchId", match.getIdElement().getIdPart()).put("stand", match.getMeta().getVersionId());
    }

    /** Ask what is next and do it, until there is nothing left; gives what was left to a person. */
    Set<String> work(String url) throws Exception {
        HttpClient kit = HttpClient.newHttpClient();
        Map<String, Integer> tried = new HashMap<>();
        Set<String> left = new TreeSet<>();
        while (true) {
            URI next = URI.create(url + "/toets/opdracht?formaat=fhir&zonder=" + String.join(",", left));
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
        String url = arguments[0];
        Client client = new Client(new Gateway(url + "/fhir"), new Memory(Path.of(arguments[1])));
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

    /** What is said, as a message: a header, the signal or the match, and whom it is about. */
    static Bundle message(String operation, ObjectNode fields) {
        Resource focus = operation.startsWith("match") || operation.startsWith("regie") ? task(fields) : new Flag();
        Bundle made = new Bundle().setType(Bundle.BundleType.MESSAGE);
        MessageHeader header = new MessageHeader();
        header.setEvent(coding("vi-bericht", EVENTS.get(operation)));
        header.getSource().setEndpoint("https://dossier.example/fhir");
        add(made, header);
        header.addFocus(add(made, focus));
        if (focus instanceof Flag flag) {
            fill(flag, operation, fields);
            if (fields.has("jeugdige")) {
                flag.setSubject(add(made, patient(fields.get("jeugdige"))));
            }
            if (fields.has("melder")) {
                flag.setAuthor(add(made, role(fields.get("melder"))));
            }
        }
        return made;
    }

    private static void fill(Flag flag, String operation, ObjectNode fields) {
        flag.setStatus(switch (operation) {
            case "signaalBeeindigen" -> Flag.FlagStatus.INACTIVE;
            case "signaalIntrekken" -> Flag.FlagStatus.ENTEREDINERROR;
            default -> Flag.FlagStatus.ACTIVE;
        });
        flag.addIdentifier().setUse(Identifier.IdentifierUse.SECONDARY).setSystem(SOURCE)
            .setValue(fields.get("bronSignaalId").asText());
        flag.getSubject().addExtension(HL7 + "data-absent-reason", new CodeType("masked"));
        flag.getCode().setText("verwijsindexsignaal");
        if (fields.has("soort")) {
            flag.setCode(new CodeableConcept(coding("vi-signaalsoort", fields.get("soort").asText())));
        }
        if (fields.has("revisie")) {
            flag.addExtension(own("revisie"), new PositiveIntType(fields.get("revisie").asInt()));
        }
        if (fields.has("datumTijdMelding")) {
            flag.getPeriod().setStartElement(new DateTimeType(fields.get("datumTijdMelding").asText()));
        }
        if (fields.has("datumEinde")) {
            flag.getPeriod().setEndElement(new DateTimeType(fields.get("datumEinde").asText()));
        }
        if (fields.has("verwijderdatum")) {
            flag.addExtension(own("verwijderdatum"), new DateType(fields.get("verwijderdatum").asText()));
        }
        if (fields.has("attestaties")) {
            JsonNode told = fields.at("/attestaties/informatieplicht");
            flag.addExtension(own("redelijk-vermoeden"), new BooleanType(true));
            Extension duty = flag.addExtension().setUrl(own("informatieplicht"));
            duty.addExtension("wie", new CodeType(told.get("wie").asText()));
            duty.addExtension("datum", new DateType(told.get("datum").asText()));
        }
        fields.path("aanduiding").forEach(one -> flag.addCategory(word(one)));
        fields.path("keuze").forEach(one -> flag.addCategory(word(one)));
    }

    /** A word as it was said: a code of a list, or, where it is none, a text; and which concept was meant. */
    private static CodeableConcept word(JsonNode one) {
        String axis = one.get("as").asText(), said = one.get("woord").asText();
        CodeableConcept made = new CodeableConcept();
        made.addExtension(own("as"), new CodeType(axis));
        if (said.matches("\\S+")) {
            made.addCoding().setCode(said).setUserSelected(true);
        } else {
            made.setText(said);
        }
        if (one.has("begrip")) {
            made.addCoding(coding("vi-" + axis, one.get("begrip").asText()));
        }
        return made;
    }

    private static Task task(ObjectNode fields) {
        Task made = new Task().setStatus(Task.TaskStatus.INPROGRESS).setIntent(Task.TaskIntent.ORDER);
        made.addIdentifier().setSystem(OURS + "NamingSystem/match-id").setValue(fields.get("matchId").asText());
        if (fields.has("contact")) {
            made.setBusinessStatus(new CodeableConcept(coding("vi-opvolging", fields.get("contact").asText())));
        } else {
            made.getMeta().setVersionId(fields.get("stand").asText());
            made.addExtension().setUrl(own("regiehandeling"))
                .addExtension("handeling", new CodeType(fields.get("regiehandeling").asText()));
        }
        return made;
    }

    private static Patient patient(JsonNode child) {
        Patient made = new Patient();
        if (child.has("bsn")) {
            made.addIdentifier().setSystem("http://fhir.nl/fhir/NamingSystem/bsn").setValue(child.get("bsn").asText());
            return made;
        }
        JsonNode person = child.get("persoonsgegevens");
        HumanName name = made.addName().setFamily(person.get("familienaam").asText());
        if (person.has("voorvoegsel")) {
            name.getFamilyElement().addExtension(
                HL7 + "humanname-own-prefix", new StringType(person.get("voorvoegsel").asText()));
        }
        for (String given : person.path("voornamen").asText().split(" ")) {
            name.addGiven(given);
        }
        made.getBirthDateElement().setValueAsString(person.get("geboortedatum").asText());
        return made.setGender(switch (person.get("geslacht").asText()) {
            case "M" -> AdministrativeGender.MALE;
            case "V" -> AdministrativeGender.FEMALE;
            default -> AdministrativeGender.UNKNOWN;
        });
    }

    private static PractitionerRole role(JsonNode melder) {
        PractitionerRole made = new PractitionerRole();
        if (melder.has("professionalId")) {
            made.addIdentifier().setSystem(OURS + "NamingSystem/medewerker")
                .setValue(melder.get("professionalId").asText());
        }
        if (melder.has("naam")) {
            made.getPractitioner().setDisplay(melder.get("naam").asText());
        }
        if (melder.has("functie")) {
            made.addCode().setText(melder.get("functie").asText());
        }
        made.addTelecom().setSystem(ContactPointSystem.PHONE).setValue(melder.get("telefoon").asText());
        return made;
    }

    /** Put a resource in a message; gives what points at it. */
    private static Reference add(Bundle made, Resource resource) {
        resource.setId(UUID.randomUUID().toString());
        String address = "urn:uuid:" + resource.getIdElement().getIdPart();
        made.addEntry().setFullUrl(address).setResource(resource);
        return new Reference(address);
    }

    /** The number the gateway gave a signal. */
    private static String number(Flag receipt) {
        return receipt.getIdentifier().stream().filter(one -> (OURS + "NamingSystem/signaal-id").equals(one.getSystem()))
            .map(Identifier::getValue).findFirst().orElseThrow();
    }

    private static Coding coding(String system, String code) {
        return new Coding().setSystem(OURS + "CodeSystem/" + system).setCode(code);
    }

    private static String own(String name) {
        return OURS + "StructureDefinition/vi-" + name;
    }

    /** Names of scenarios, steps, operations and codes; nothing else. */
    static void log(String... words) {
        System.out.println(String.join(" ", words));
    }
}
