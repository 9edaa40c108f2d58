import aanlevering.*;
import jakarta.jws.WebService;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.ws.Endpoint;
import java.io.File;
import java.time.Instant;
import javax.xml.datatype.DatatypeFactory;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.transform.stream.StreamSource;
import org.apache.cxf.jaxws.EndpointImpl;

/**
 * Apache CXF on Jetty: {@code Server PORT WSDL ANSWER.xml}. Holds what comes in against the schema, binds it, and
 * answers as much as the gateway does, about the same signal. Stores nothing.
 */
@WebService(endpointInterface = "aanlevering.Aanlevering", serviceName = "AanleveringService",
    portName = "AanleveringPoort", targetNamespace = "urn:x-verwijsindex-gateway:aanlevering:1")
public class Server implements Aanlevering {
    private final Antwoord fixed;
    private final DatatypeFactory moments;

    Server(File answer) throws Exception {
        fixed = JAXBContext.newInstance(Antwoord.class).createUnmarshaller()
            .unmarshal(new StreamSource(answer), Antwoord.class).getValue();
        moments = DatatypeFactory.newInstance();
    }

    @Override
    public Antwoord signaalAfgeven(SignaalAfgeven signaal) {
        XMLGregorianCalendar now = moments.newXMLGregorianCalendar(Instant.now().toString());
        Ontvangstbewijs known = fixed.getOntvangstbewijs();
        Ontvangstbewijs receipt = new Ontvangstbewijs();
        receipt.setSignaalId(known.getSignaalId());
        receipt.setBronSignaalId(signaal.getBronSignaalId());
        receipt.setRevisie(known.getRevisie());
        receipt.setHandeling(known.getHandeling());
        receipt.setOntvangenOp(now);
        receipt.setVerwijderdatum(known.getVerwijderdatum());
        receipt.getBetekenis().addAll(known.getBetekenis());
        receipt.getNietBewaard().addAll(known.getNietBewaard());
        receipt.setVocabulaire(known.getVocabulaire());
        receipt.setBeleid(known.getBeleid());
        Stand stand = new Stand();
        stand.setStandVan(now);
        stand.setStatus(fixed.getStand().getStatus());
        stand.setBezorging(fixed.getStand().getBezorging());
        Antwoord answer = new Antwoord();
        answer.setOntvangstbewijs(receipt);
        answer.getVertaling().addAll(fixed.getVertaling());
        answer.getAdvies().addAll(fixed.getAdvies());
        answer.setStand(stand);
        return answer;
    }

    @Override
    public Antwoord signaalBeeindigen(SignaalBeeindigen asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Antwoord signaalIntrekken(SignaalIntrekken asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Antwoord betekenisAanvullen(BetekenisAanvullen asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Antwoord statusOpvragen(StatusOpvragen asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MatchesOpvragenAntwoord matchesOpvragen(Bladeren asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public EigenSignalenOpvragenAntwoord eigenSignalenOpvragen(Bladeren asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MatchTerugkoppelenAntwoord matchTerugkoppelen(MatchTerugkoppelen asked) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CapaciteitenAntwoord capaciteiten(Capaciteiten asked) {
        throw new UnsupportedOperationException();
    }

    public static void main(String[] arguments) throws Exception {
        EndpointImpl endpoint = (EndpointImpl) Endpoint.create(new Server(new File(arguments[2])));
        endpoint.setWsdlLocation(new File(arguments[1]).toURI().toString());
        endpoint.getProperties().put("schema-validation-enabled", "IN");
        endpoint.publish("http://127.0.0.1:" + arguments[0] + "/soap/v1");
    }
}
