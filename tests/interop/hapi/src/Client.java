import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.EncodingEnum;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.api.SearchStyleEnum;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.client.interceptor.BearerTokenAuthInterceptor;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ConceptMap;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.MessageHeader;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.r4.model.ValueSet;

/**
 * A sender built on HAPI's own client. BASE terminology | BASE signals TOKEN OTHER_TOKEN BSN MOMENT: a line of JSON a
 * step.
 */
public class Client {
  private static final FhirContext R4 = FhirContext.forR4();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OURS = "https://verwijsindex.example/fhir/";
  private static final String SOURCE = OURS + "sid/bron/hapi";
  private static final int TRIES = 60;

  public static void main(String[] given) throws Exception {
    R4.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    try {
      if (given[1].equals("terminology")) {
        terminology(R4.newRestfulGenericClient(given[0]));
      } else {
        signals(sender(given[0], given[2]), sender(given[0], given[3]), given[4], given[5]);
      }
    } catch (BaseServerResponseException refused) {
      System.err.println(refused.getResponseBody());
      throw refused;
    }
  }

  private static IGenericClient sender(String base, String token) {
    IGenericClient client = R4.newRestfulGenericClient(base);
    client.registerInterceptor(new BearerTokenAuthInterceptor(token));
    client.setEncoding(EncodingEnum.JSON);
    return client;
  }

  private static void terminology(IGenericClient client) throws Exception {
    CodeSystem system =
        client.read().resource(CodeSystem.class).withId("vi-urgentie").encodedXml().execute();
    tell("read", "id", system.getIdElement().getIdPart(), "concepts", system.getConcept().size());

    Bundle found =
        client
            .search()
            .forResource(ValueSet.class)
            .where(ValueSet.URL.matches().value(OURS + "ValueSet/vi-urgentie"))
            .returnBundle(Bundle.class)
            .execute();
    tell("search", "total", found.getTotal());

    Parameters known = translate(client, "urgent");
    Coding concept =
        (Coding)
            known.getParameter().stream()
                .filter(one -> one.getName().equals("match"))
                .flatMap(one -> one.getPart().stream())
                .filter(part -> part.getName().equals("concept"))
                .findFirst()
                .orElseThrow()
                .getValue();
    tell("translate", "result", known.getParameterBool("result"), "code", concept.getCode());
    tell("translate-unknown", "result", translate(client, "hazenpad").getParameterBool("result"));

    ValueSet expanded =
        client
            .operation()
            .onInstance(new IdType("ValueSet", "vi-urgentie"))
            .named("$expand")
            .withNoParameters(Parameters.class)
            .returnResourceType(ValueSet.class)
            .execute();
    tell("expand", "total", expanded.getExpansion().getTotal());

    Parameters judged =
        client
            .operation()
            .onType(CodeSystem.class)
            .named("$validate-code")
            .withParameter(Parameters.class, "url", new UriType(OURS + "CodeSystem/vi-urgentie"))
            .andParameter("code", new CodeType("regulier"))
            .useHttpGet()
            .execute();
    tell("validate-code", "result", judged.getParameterBool("result"));
  }

  private static Parameters translate(IGenericClient client, String code) {
    return client
        .operation()
        .onType(ConceptMap.class)
        .named("$translate")
        .withParameter(Parameters.class, "url", new UriType(OURS + "ConceptMap/zvj-signaalcode"))
        .andParameter("system", new UriType(OURS + "CodeSystem/zvj-signaalcode"))
        .andParameter("code", new CodeType(code))
        .execute();
  }

  private static void signals(
      IGenericClient client, IGenericClient other, String bsn, String moment) throws Exception {
    String own = UUID.randomUUID().toString().substring(0, 13);
    MethodOutcome created =
        client
            .create()
            .resource(signal(own + "-ons", bsn, moment))
            .conditional()
            .where(Flag.IDENTIFIER.exactly().systemAndIdentifier(SOURCE, own + "-ons"))
            .execute();
    Flag receipt = (Flag) created.getResource();
    String id = created.getId().getIdPart();
    tell(
        "create",
        "created", created.getCreated(),
        "same", receipt.getIdElement().getIdPart().equals(id),
        "subject", receipt.getSubject().hasReference() || receipt.getSubject().hasIdentifier());

    MethodOutcome again = client.create().resource(signal(own + "-ons", bsn, moment)).execute();
    tell(
        "create-again",
        "created", again.getCreated(),
        "same", again.getId().getIdPart().equals(id));

    Flag read = client.read().resource(Flag.class).withId(id).execute();
    tell("read", "status", read.getStatus().toCode(), "version", read.getMeta().getVersionId());

    Bundle answer =
        other
            .operation()
            .processMessage()
            .setMessageBundle(message(signal(own + "-ander", bsn, moment)))
            .synchronous(Bundle.class)
            .execute();
    MessageHeader header = (MessageHeader) answer.getEntryFirstRep().getResource();
    tell("process-message", "response", header.getResponse().getCode().toCode());

    Task match = match(client, id);
    tell(
        "search",
        "status", match.getStatus().toCode(),
        "child", match.hasFor(),
        "contained", match.getContained().size());

    match.setStatus(Task.TaskStatus.INPROGRESS);
    match.setBusinessStatus(new CodeableConcept(coding("vi-opvolging", "CONTACT")));
    MethodOutcome updated = client.update().resource(match).execute();
    tell("update", "status", ((Task) updated.getResource()).getStatus().toCode());

    Flag ending = client.read().resource(Flag.class).withId(id).execute();
    ending.setStatus(Flag.FlagStatus.INACTIVE);
    ending.getPeriod().setEndElement(new DateTimeType(moment));
    Flag ended = (Flag) client.update().resource(ending).execute().getResource();
    tell("end", "status", ended.getStatus().toCode());
  }

  private static Task match(IGenericClient client, String id) throws Exception {
    for (int left = TRIES; left > 0; left--) {
      Bundle page =
          client
              .search()
              .forResource(Task.class)
              .usingStyle(SearchStyleEnum.POST)
              .returnBundle(Bundle.class)
              .execute();
      for (Bundle.BundleEntryComponent entry : page.getEntry()) {
        Task task = (Task) entry.getResource();
        if (task.getFocus().getIdentifier().getValue().equals(id)) {
          return task;
        }
      }
      Thread.sleep(500);
    }
    throw new IllegalStateException("no match");
  }

  private static Flag signal(String number, String bsn, String moment) {
    Patient child = new Patient();
    child.setId("jeugdige");
    child.addIdentifier().setSystem("http://fhir.nl/fhir/NamingSystem/bsn").setValue(bsn);
    PractitionerRole reporter = new PractitionerRole();
    reporter.setId("melder");
    reporter.addIdentifier().setSystem(OURS + "NamingSystem/medewerker").setValue("hapi-1");
    reporter.getPractitioner().setDisplay("H. Hapi");
    reporter
        .addTelecom()
        .setSystem(ContactPoint.ContactPointSystem.PHONE)
        .setValue("030-1234567");
    Flag flag = new Flag();
    flag.addContained(child);
    flag.addContained(reporter);
    flag.addExtension(new Extension(OURS + "StructureDefinition/vi-redelijk-vermoeden", new BooleanType(true)));
    flag.addIdentifier().setUse(Identifier.IdentifierUse.SECONDARY).setSystem(SOURCE).setValue(number);
    flag.setStatus(Flag.FlagStatus.ACTIVE);
    flag.setCode(new CodeableConcept(coding("vi-signaalsoort", "SIGNAAL")));
    flag.setSubject(new Reference("#jeugdige"));
    flag.setAuthor(new Reference("#melder"));
    flag.getPeriod().setStartElement(new DateTimeType(moment));
    return flag;
  }

  private static Bundle message(Flag flag) {
    MessageHeader header = new MessageHeader();
    header.setId(UUID.randomUUID().toString());
    header.setEvent(coding("vi-bericht", "signaal-aanmaken"));
    header.getSource().setEndpoint("https://dossier.example/fhir");
    header.addFocus(new Reference("urn:uuid:" + id(flag)));
    Bundle bundle = new Bundle();
    bundle.setType(Bundle.BundleType.MESSAGE);
    for (Resource resource : new Resource[] {header, flag}) {
      bundle.addEntry().setFullUrl("urn:uuid:" + id(resource)).setResource(resource);
    }
    return bundle;
  }

  private static String id(Resource resource) {
    if (!resource.hasId()) {
      resource.setId(UUID.randomUUID().toString());
    }
    return resource.getIdElement().getIdPart();
  }

  private static Coding coding(String system, String code) {
    return new Coding().setSystem(OURS + "CodeSystem/" + system).setCode(code);
  }

  private static void tell(String step, Object... said) throws Exception {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("step", step);
    for (int i = 0; i < said.length; i += 2) {
      line.put((String) said[i], said[i + 1]);
    }
    System.out.println(JSON.writeValueAsString(line));
  }
}
