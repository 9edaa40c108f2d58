import index.Berichtkop;
import index.Capaciteiten;
import index.CapaciteitenAntwoord;
import index.LeidendZetten;
import index.MatchTerugkoppelen;
import index.MatchesOpvragen;
import index.MatchesOpvragenAntwoord;
import index.Ontvangstbevestiging;
import index.RegieVastleggen;
import index.RegieVastleggenAntwoord;
import index.RegionaleIndex;
import index.SignaalAfgeven;
import index.SignaalAfgevenAntwoord;
import index.SignaalBeeindigen;
import index.SignaalIntrekken;
import index.SignaalOpvragen;
import index.SignaalOpvragenAntwoord;
import index.SignaalWijzigen;
import index.StatusOpvragen;
import index.StatusOpvragenAntwoord;
import index.VerwijsindexFout;
import index.VerwijsindexFout_Exception;
import jakarta.jws.WebService;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import jakarta.xml.ws.Endpoint;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.xml.namespace.QName;
import org.apache.cxf.binding.soap.SoapMessage;
import org.apache.cxf.binding.soap.interceptor.AbstractSoapInterceptor;
import org.apache.cxf.interceptor.Fault;
import org.apache.cxf.jaxws.EndpointImpl;
import org.apache.cxf.phase.Phase;
import org.apache.cxf.ws.addressing.WSAddressingFeature;

/**
 * A regional index in Java with Apache CXF, from the WSDL alone: {@code Index PORT WSDL PERSONS}. Copy what you need.
 *
 * This class knows messages: each is done once per (zender, berichtReferentie) and gets the same answer for ever. What
 * an index decides is in {@link Register}. It remembers as long as it runs.
 */
@WebService(endpointInterface = "index.RegionaleIndex", serviceName = "RegionaleIndexService",
    portName = "RegionaleIndexPoort", targetNamespace = "urn:x-verwijsindex-gateway:regionale-index:1")
public class Index implements RegionaleIndex {
    private record Done(String content, Object answer) {}

    private interface Work<T> {
        T apply() throws Refused;
    }

    private final Map<List<String>, Done> done = new HashMap<>();
    private final Register register;

    Index(Register register) {
        this.register = register;
    }

    @Override
    public SignaalAfgevenAntwoord signaalAfgeven(SignaalAfgeven asked) throws VerwijsindexFout_Exception {
        return once(asked, asked.getKop(), () -> {
            Register.Signal made = register.give(asked);
            SignaalAfgevenAntwoord answer = new SignaalAfgevenAntwoord();
            answer.setKop(kop(asked.getKop()));
            answer.setIndexSignaalId(made.id);
            answer.setStatus(made.status);
            answer.setVerwijderdatum(asked.getVerwijderdatum());
            if (made.history) {
                answer.setHistorieAanwezig(true);
            }
            return answer;
        });
    }

    @Override
    public Ontvangstbevestiging signaalWijzigen(SignaalWijzigen asked) throws VerwijsindexFout_Exception {
        return once(asked, asked.getKop(), () -> noted(asked.getKop(), register.change(asked)));
    }

    @Override
    public Ontvangstbevestiging signaalBeeindigen(SignaalBeeindigen asked) throws VerwijsindexFout_Exception {
        return once(asked, asked.getKop(),
            () -> noted(asked.getKop(), register.end(asked.getKop().getZender(), asked.getGatewayReferentie())));
    }

    @Override
    public Ontvangstbevestiging signaalIntrekken(SignaalIntrekken asked) throws VerwijsindexFout_Exception {
        return once(asked, asked.getKop(),
            () -> noted(asked.getKop(), register.destroy(asked.getKop().getZender(), asked.getGatewayReferentie())));
    }

    @Override
    public Ontvangstbevestiging matchTerugkoppelen(MatchTerugkoppelen asked) throws VerwijsindexFout_Exception {
        return once(asked, asked.getKop(), () -> noted(asked.getKop(), register.followUp(asked)));
    }

    /** It names neither in its capaciteiten: no signal is taken over here in silence, nor told back. */
    @Override
    public Ontvangstbevestiging leidendZetten(LeidendZetten asked) throws VerwijsindexFout_Exception {
        throw fault(fout(new Refused("CX-422", "Deze index voert elk signaal dat hij heeft."), asked.getKop()));
    }

    @Override
    public SignaalOpvragenAntwoord signaalOpvragen(SignaalOpvragen asked) throws VerwijsindexFout_Exception {
        throw fault(fout(new Refused("CX-422", "Deze index zegt niet wat er staat."), asked.getKop()));
    }

    @Override
    public RegieVastleggenAntwoord regieVastleggen(RegieVastleggen asked) throws VerwijsindexFout_Exception {
        return once(asked, asked.getKop(), () -> {
            RegieVastleggenAntwoord answer = register.arrange(asked);
            answer.setKop(kop(asked.getKop()));
            return answer;
        });
    }

    @Override
    public synchronized StatusOpvragenAntwoord statusOpvragen(StatusOpvragen asked) {
        StatusOpvragenAntwoord answer = new StatusOpvragenAntwoord();
        answer.setKop(kop(asked.getKop()));
        Done earlier = done.get(List.of(asked.getKop().getZender(), asked.getVanBericht()));
        answer.setGevonden(earlier != null);
        if (earlier != null && earlier.answer() instanceof SignaalAfgevenAntwoord given) {
            answer.setSignaalAfgevenAntwoord(given);
        } else if (earlier != null && earlier.answer() instanceof Ontvangstbevestiging noted) {
            answer.setOntvangstbevestiging(noted);
        } else if (earlier != null && earlier.answer() instanceof VerwijsindexFout fault) {
            answer.setVerwijsindexFout(fault);
        }
        return answer;
    }

    @Override
    public synchronized MatchesOpvragenAntwoord matchesOpvragen(MatchesOpvragen asked) {
        MatchesOpvragenAntwoord answer = register.page(asked);
        answer.setKop(kop(asked.getKop()));
        return answer;
    }

    @Override
    public CapaciteitenAntwoord capaciteiten(Capaciteiten asked) {
        CapaciteitenAntwoord answer = Register.able();
        answer.setKop(kop(asked.getKop()));
        return answer;
    }

    /** Do a message, or give the answer it got before; under another content it is refused. */
    @SuppressWarnings("unchecked")
    private synchronized <T> T once(Object asked, Berichtkop kop, Work<T> work) throws VerwijsindexFout_Exception {
        List<String> key = List.of(kop.getZender(), kop.getBerichtReferentie());
        String content = content(asked, kop);
        Done earlier = done.get(key);
        if (earlier != null && !earlier.content().equals(content)) {
            throw fault(fout(new Refused("CX-409", "Deze berichtReferentie had een andere inhoud."), kop));
        }
        if (earlier == null) {
            earlier = new Done(content, answer(work, kop));
            done.put(key, earlier);
        }
        if (earlier.answer() instanceof VerwijsindexFout refused) {
            throw fault(refused);
        }
        return (T) earlier.answer();
    }

    private <T> Object answer(Work<T> work, Berichtkop kop) {
        try {
            return work.apply();
        } catch (Refused refused) {
            return fout(refused, kop);
        }
    }

    /** What a message says, whatever its spelling and its moment. */
    private static String content(Object asked, Berichtkop kop) {
        var moment = kop.getTijdstipBericht();
        kop.setTijdstipBericht(null);
        try {
            StringWriter written = new StringWriter();
            JAXBContext.newInstance(asked.getClass()).createMarshaller().marshal(asked, written);
            return Register.hash(written.toString());
        } catch (JAXBException broken) {
            throw new IllegalStateException("a message that was read cannot be written");
        } finally {
            kop.setTijdstipBericht(moment);
        }
    }

    private static Berichtkop kop(Berichtkop asked) {
        Berichtkop kop = new Berichtkop();
        kop.setBerichtReferentie(UUID.randomUUID().toString());
        kop.setTijdstipBericht(Register.now());
        kop.setZender(asked.getOntvanger());
        kop.setOntvanger(asked.getZender());
        kop.setVersie("1");
        kop.setCorrelatieReferentie(asked.getBerichtReferentie());
        return kop;
    }

    private static Ontvangstbevestiging noted(Berichtkop asked, Register.Signal signal) {
        Ontvangstbevestiging answer = new Ontvangstbevestiging();
        answer.setKop(kop(asked));
        answer.setIndexSignaalId(signal.id);
        answer.setStatus(signal.status);
        return answer;
    }

    private static VerwijsindexFout fout(Refused refused, Berichtkop kop) {
        VerwijsindexFout fout = new VerwijsindexFout();
        fout.setCode(refused.code);
        fout.setPlek("client");
        fout.setOmschrijving(refused.getMessage());
        fout.setHerhaalbaar(false);
        fout.setCorrelatieReferentie(kop.getBerichtReferentie());
        return fout;
    }

    private static VerwijsindexFout_Exception fault(VerwijsindexFout fout) {
        return new VerwijsindexFout_Exception(fout.getOmschrijving(), fout);
    }

    /** The index does not do it; it is the sender's to mend. */
    static class Refused extends Exception {
        private static final long serialVersionUID = 1;
        final String code;

        Refused(String code, String meaning) {
            super(meaning);
            this.code = code;
        }
    }

    /** CXF calls what a service throws its own fault (Server); here it is the caller's. */
    private static class Blame extends AbstractSoapInterceptor {
        Blame() {
            super(Phase.PRE_STREAM);
        }

        @Override
        public void handleMessage(SoapMessage message) {
            if (message.getContent(Exception.class) instanceof Fault fault
                && fault.getCause() instanceof VerwijsindexFout_Exception) {
                fault.setFaultCode(new QName("http://schemas.xmlsoap.org/soap/envelope/", "Client"));
            }
        }
    }

    public static void main(String[] arguments) throws Exception {
        Register register = new Register(Path.of(arguments[2]));
        EndpointImpl endpoint = (EndpointImpl) Endpoint.create(new Index(register));
        endpoint.setWsdlLocation(arguments[1]);
        endpoint.getProperties().put("schema-validation-enabled", "IN");
        endpoint.getFeatures().add(new WSAddressingFeature());
        endpoint.getOutFaultInterceptors().add(new Blame());
        endpoint.publish("http://127.0.0.1:" + arguments[0] + "/index");
        System.out.println("listening");
    }
}
