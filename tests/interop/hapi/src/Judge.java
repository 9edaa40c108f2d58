import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.SingleValidationMessage;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/** DEFINITIONS RESOURCES: a line of JSON for each resource of a directory, with all that is wrong with it. */
public class Judge {
  private static final FhirContext R4 = FhirContext.forR4();
  private static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] given) throws Exception {
    FhirValidator validator = validator(Path.of(given[0]));
    Path root = Path.of(given[1]);
    for (Path file : files(root)) {
      List<Map<String, String>> issues = new ArrayList<>();
      for (SingleValidationMessage found : validator.validateWithResult(Files.readString(file)).getMessages()) {
        Map<String, String> issue = new LinkedHashMap<>();
        issue.put("severity", found.getSeverity().getCode());
        issue.put("location", found.getLocationString());
        issue.put("message", found.getMessage());
        issues.add(issue);
      }
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("file", root.relativize(file).toString());
      line.put("issues", issues);
      System.out.println(JSON.writeValueAsString(line));
    }
  }

  private static FhirValidator validator(Path definitions) throws Exception {
    PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(R4);
    for (Path file : files(definitions)) {
      ours.addResource(R4.newJsonParser().parseResource(Files.readString(file)));
    }
    FhirInstanceValidator instances =
        new FhirInstanceValidator(
            new ValidationSupportChain(
                new DefaultProfileValidationSupport(R4),
                ours,
                new CommonCodeSystemsTerminologyService(R4),
                new InMemoryTerminologyServerValidationSupport(R4),
                new SnapshotGeneratingValidationSupport(R4)));
    instances.setAnyExtensionsAllowed(false);
    instances.setErrorForUnknownProfiles(true);
    instances.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    return R4.newValidator().registerValidatorModule(instances);
  }

  private static List<Path> files(Path root) throws Exception {
    try (Stream<Path> found = Files.walk(root)) {
      return found.filter(file -> file.toString().matches(".*\\.(json|xml)")).sorted().toList();
    }
  }
}
