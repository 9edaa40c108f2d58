import jakarta.jws.WebService;
import jakarta.xml.ws.Endpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.cxf.jaxws.EndpointImpl;
import terugmelding.TerugmeldingFout_Exception;
import terugmelding.Ontvangst;
import terugmelding.OverMatch;
import terugmelding.Terugmelding;
import terugmelding.TerugmeldingFout;
import terugmelding.Verloop;

/**
 * A receiver of matches in Java with Apache CXF: {@code Service PORT WSDL MEMORY SCRIPT}. Copy what you need.
 *
 * Everything it knows of the gateway is the served WSDL. Under a delivery id that it knows it does nothing and answers
 * the same; what it knows is durable in the file MEMORY before it answers, a line for each. SCRIPT says how the first
 * requests go: slow, dies, faulty; after that all goes well.
 */
@WebService(endpointInterface = "terugmelding.Terugmelding", serviceName = "TerugmeldingService",
    portName = "TerugmeldingPoort", targetNamespace = "urn:x-verwijsindex-gateway:terugmelding:1")
public class Service implements Terugmelding {
    private final Path memory;
    private final Set<String> known = new TreeSet<>();
    private final Deque<String> script;

    Service(Path memory, List<String> script) throws Exception {
        this.memory = memory;
        this.script = new ArrayDeque<>(script);
        if (Files.exists(memory)) {
            Files.readAllLines(memory).forEach(line -> known.add(line.split(" ")[0]));
        }
    }

    @Override
    public Ontvangst matchGemeld(OverMatch told) throws TerugmeldingFout_Exception {
        return take("matchGemeld", told);
    }

    @Override
    public Ontvangst regieGewijzigd(OverMatch told) throws TerugmeldingFout_Exception {
        return take("regieGewijzigd", told);
    }

    @Override
    public Ontvangst matchVervallen(OverMatch told) throws TerugmeldingFout_Exception {
        return take("matchVervallen", told);
    }

    @Override
    public Ontvangst verwijderverzoek(OverMatch told) throws TerugmeldingFout_Exception {
        return take("verwijderverzoek", told);
    }

    @Override
    public Ontvangst verhuisbericht(OverMatch told) throws TerugmeldingFout_Exception {
        return take("verhuisbericht", told);
    }

    @Override
    public Ontvangst signaalVerloopt(Verloop told) throws TerugmeldingFout_Exception {
        return take("signaalVerloopt", told.getKop().getAflevering(), "-");
    }

    private Ontvangst take(String operation, OverMatch told) throws TerugmeldingFout_Exception {
        String what = told.getMatch().getSoort() + " " + told.getKop().getNummer();
        return take(operation, told.getKop().getAflevering(), what);
    }

    private synchronized Ontvangst take(String operation, String delivery, String what)
            throws TerugmeldingFout_Exception {
        String how = script.isEmpty() ? "" : script.pop();
        if (how.equals("faulty")) {
            TerugmeldingFout later = new TerugmeldingFout();
            later.setAflevering(delivery);
            later.setCode("VOL");
            later.setHerhaalbaar(true);
            throw new TerugmeldingFout_Exception("later", later);
        }
        if (known.add(delivery)) {
            remember(delivery + " " + operation + " " + what);
        }
        if (how.equals("dies")) {
            Runtime.getRuntime().halt(9);
        }
        if (how.equals("slow")) {
            pause(3_000);
        }
        Ontvangst answer = new Ontvangst();
        answer.setAflevering(delivery);
        return answer;
    }

    private void remember(String line) {
        try {
            Files.writeString(memory, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
        } catch (java.io.IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] arguments) throws Exception {
        List<String> script = arguments.length > 3 ? List.of(arguments[3].split(",")) : List.of();
        EndpointImpl endpoint = (EndpointImpl) Endpoint.create(new Service(Path.of(arguments[2]), script));
        endpoint.setWsdlLocation(arguments[1]);
        endpoint.getProperties().put("schema-validation-enabled", "IN");
        endpoint.publish("http://127.0.0.1:" + arguments[0] + "/terugmelding");
        System.out.println("listening");
    }
}
