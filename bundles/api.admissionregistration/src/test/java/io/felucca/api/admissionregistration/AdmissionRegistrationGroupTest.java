package io.felucca.api.admissionregistration;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.felucca.apiserver.cel.RequestExpressions;
import io.felucca.testing.ResourceFixture;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionRegistrationGroupTest {
    private static final AdmissionRegistrationGroup GROUP =
            AdmissionRegistrationGroup.with(new RequestExpressions());

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
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/matchConditions/0/expression | "object.spec" | webhooks[0].matchConditions[0].expression: Invalid value: "object.spec": must evaluate to bool
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/matchConditions/0/name | "" | webhooks[0].matchConditions[0].name: Required value
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/admissionReviewVersions | ["v2"] | webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/rules/0/operations | ["*","CREATE"] | webhooks[0].rules[0].operations: Invalid value: ["*","CREATE"]: if '*' is present, must not specify other operations
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/rules/0/resources | ["pods/*","pods/log"] | webhooks[0].rules[0].resources[1]: Invalid value: "pods/log": if 'pods/*' is present, must not specify pods/log
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/clientConfig/url | "https://x?a=b" | webhooks[0].clientConfig.url: Invalid value: "https://x?a=b": query parameters are not permitted in the URL
                    ValidatingWebhookConfiguration | {"metadata":{"name":"a"},"webhooks":[{"name":"a.b.c","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{"url":"https://x"},"rules":[{"operations":["CREATE"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods","pods/status"]}],"matchConditions":[{"name":"x","expression":"true"}]}]} | /webhooks/0/clientConfig/url | "http://x" | webhooks[0].clientConfig.url: Invalid value: "http://x": 'https' is the only allowed URL scheme; desired format: https://host[/path]
                    """)
    void aValidObjectPassesAndABrokenRuleIsNamed(
            String kind, String valid, String pointer, String value, String message) {
        ResourceFixture resource = ResourceFixture.of(GROUP, kind);
        resource.create(valid);
        assertEquals(List.of(message), resource.problems(valid, pointer, value));
    }
}
