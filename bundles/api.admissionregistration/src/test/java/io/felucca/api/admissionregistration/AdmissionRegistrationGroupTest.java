package io.felucca.api.admissionregistration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionRegistrationGroupTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            textBlock =
                    """
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"}}]} | /webhooks/0/name | "a.b" | webhooks[0].name: Invalid value: "a.b": should be a domain with at least three segments separated by dots
                    MutatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"}}]} | /webhooks/0/timeoutSeconds | 31 | webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds
                    ValidatingAdmissionPolicy | {"metadata":{"name":"a"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}]},"validations":[{"expression":"true"}]}} | /spec/validations | [] | spec.validations: Required value: validations or auditAnnotations must be non-empty
                    ValidatingAdmissionPolicyBinding | {"metadata":{"name":"a"},"spec":{"policyName":"p","validationActions":["Deny"]}} | /spec/policyName | "" | spec.policyName: Required value
                    MutatingAdmissionPolicyBinding | {"metadata":{"name":"a"},"spec":{"policyName":"p"}} | /spec/policyName | "" | spec.policyName: Required value
                    """)
    void aValidObjectPassesAndABrokenRuleIsNamed(
            String kind, String valid, String pointer, String value, String message) {
        ResourceFixture resource = ResourceFixture.of(new AdmissionRegistrationGroup(), kind);
        resource.create(valid);
        assertEquals(List.of(message), resource.problems(valid, pointer, value));
    }
}
