package io.felucca.apiserver.admission.dynamic;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.api.Authorizer.Decision;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.cel.RequestExpressions;
import io.felucca.apiserver.webhook.Webhooks;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.machinery.StatusReason;
import io.felucca.machinery.schema.Schema;
import io.felucca.testing.AdmissionFixture;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class PoliciesTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final GroupVersionResource MAPS =
            new GroupVersionResource("", "v1", "configmaps");

    /** Lets jane do one thing. */
    private static final Authorizer AUTHORIZER =
            asked ->
                    asked.verb().equals("sail") && asked.user().name().equals("jane")
                            ? new Decision(Verdict.ALLOW, "")
                            : Decision.NO_OPINION;

    private final AdmissionFixture cluster =
            new AdmissionFixture()
                    .serving(
                            ResourceDefinition.builder(
                                            new GroupVersionKind("", "v1", "ConfigMap"),
                                            "configmaps",
                                            Schema.ANY)
                                    .build())
                    .with(
                            new GroupVersionResource("", "v1", "namespaces"),
                            "{'metadata':{'name':'shop','labels':{'team':'sales'}}}");
    private final ValidatingAdmissionPolicy plugin =
            new ValidatingAdmissionPolicy(
                    Parts.of(new Webhooks(), new RequestExpressions(), List.of(AUTHORIZER)));
    private final Map<String, String> annotations = new TreeMap<>();

    private void policy(String more) {
        ObjectNode spec =
                json(
                        "{'matchConstraints':{'resourceRules':[{'operations':['*'],'apiGroups':[''],"
                            + "'apiVersions':['v1'],'resources':['pods']}]}}");
        spec.setAll(json(more));
        ObjectNode policy = json("{'metadata':{'name':'p','uid':'p'}}");
        policy.set("spec", spec);
        cluster.with(ValidatingAdmissionPolicy.POLICIES, policy);
    }

    private void binding(String more) {
        ObjectNode spec = json("{'policyName':'p','validationActions':['Deny']}");
        spec.setAll(json(more));
        ObjectNode binding = json("{'metadata':{'name':'b','uid':'b'}}");
        binding.set("spec", spec);
        cluster.with(ValidatingAdmissionPolicy.BINDINGS, binding);
    }

    private void validation(String expression) {
        policy("{'validations':[{'expression':'" + expression + "'}]}");
        binding("{}");
    }

    private Request request() {
        Request plain =
                cluster.create(PODS, json("{'metadata':{'name':'web'},'spec':{'replicas':7}}"));
        return new Request(
                plain.operation(),
                plain.user(),
                plain.resource(),
                plain.kind(),
                "",
                plain.namespace(),
                plain.name(),
                plain.object(),
                null,
                false,
                cluster,
                plain.warnings(),
                annotations::put,
                Json::object);
    }

    private String denial() {
        return assertThrows(ApiException.class, () -> plugin.validate(request())).getMessage();
    }

    private static String denied(String message) {
        return "pods \"web\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied"
                + " request: "
                + message;
    }

    @Test
    void whatAValidationDoesNotHoldForIsInvalid() {
        validation("object.spec.replicas <= 5");
        ApiException denial = assertThrows(ApiException.class, () -> plugin.validate(request()));
        assertEquals(denied("failed expression: object.spec.replicas <= 5"), denial.getMessage());
        assertEquals(StatusReason.Invalid, denial.reason());
        assertEquals(422, denial.status().code());
    }

    @Test
    void whatAllValidationsHoldForPasses() {
        validation(
                "object.spec.replicas <= 7 && oldObject == null && request.operation =="
                    + " \\\"CREATE\\\" && namespaceObject.metadata.labels.team == \\\"sales\\\"");
        plugin.validate(request());
    }

    @Test
    void aPolicyWithoutBindingDoesNothing() {
        policy("{'validations':[{'expression':'false'}]}");
        plugin.validate(request());
    }

    @Test
    void messageAndReasonAreThePolicys() {
        policy(
                "{'validations':[{'expression':'false','reason':'Unauthorized','message':'no',"
                        + "'messageExpression':'\\\"n = \\\" + string(object.spec.replicas)'}]}");
        binding("{}");
        ApiException denial = assertThrows(ApiException.class, () -> plugin.validate(request()));
        assertEquals(denied("n = 7"), denial.getMessage());
        assertEquals(401, denial.status().code());
    }

    @Test
    void anErrorDeniesByTheFailurePolicy() {
        validation("object.spec.sails > 1");
        assertEquals(
                denied("expression 'object.spec.sails > 1' resulted in error: no such key: sails"),
                denial());
    }

    @Test
    void anErrorIsIgnoredWhereThePolicySaysSo() {
        policy("{'failurePolicy':'Ignore','validations':[{'expression':'object.x.y'}]}");
        binding("{}");
        plugin.validate(request());
    }

    @Test
    void variablesAreMadeOnlyWhenTheyAreUsed() {
        policy(
                "{'variables':[{'name':'twice','expression':'object.spec.replicas * 2'},"
                        + "{'name':'more','expression':'variables.twice + 1'},"
                        + "{'name':'broken','expression':'object.a.b'}],"
                        + "'validations':[{'expression':'variables.more == 16'},"
                        + "{'expression':'variables.broken == 1'}]}");
        binding("{}");
        assertEquals(denied("failed expression: variables.more == 16"), denial());
    }

    @Test
    void aVariableThatFailsIsNamed() {
        policy(
                "{'variables':[{'name':'broken','expression':'object.a'}],"
                        + "'validations':[{'expression':'variables.broken == 1'}]}");
        binding("{}");
        assertEquals(
                denied(
                        "expression 'variables.broken == 1' resulted in error: composited variable"
                                + " \"broken\" fails to evaluate: no such key: a"),
                denial());
    }

    @Test
    void matchConditionsAndTheBindingsResourcesNarrowThePolicy() {
        policy(
                "{'matchConditions':[{'name':'a','expression':'object.spec.replicas > 9'}],"
                        + "'validations':[{'expression':'false'}]}");
        binding("{}");
        plugin.validate(request());
    }

    @Test
    void aBindingForOtherNamespacesIsNotMeant() {
        policy("{'validations':[{'expression':'false'}]}");
        binding("{'matchResources':{'namespaceSelector':{'matchLabels':{'team':'other'}}}}");
        plugin.validate(request());
    }

    @Test
    void parametersAreFoundByNameAndBySelector() {
        cluster.with(
                MAPS,
                "{'metadata':{'name':'limits','namespace':'shop','labels':{'a':'b'}},"
                        + "'data':{'most':'5'}}");
        policy(
                "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},'validations':[{'expression':'object.spec.replicas"
                    + " <= int(params.data.most)'}]}");
        binding(
                "{'paramRef':{'selector':{'matchLabels':{'a':'b'}},'parameterNotFoundAction':'Deny'}}");
        assertEquals(
                denied("failed expression: object.spec.replicas <= int(params.data.most)"),
                denial());
    }

    @Test
    void missingParametersAreNoMatterWhereTheBindingSaysSo() {
        policy(
                "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},"
                        + "'validations':[{'expression':'false'}]}");
        binding("{'paramRef':{'name':'gone','parameterNotFoundAction':'Allow'}}");
        plugin.validate(request());
    }

    @Test
    void missingParametersDenyWhereTheBindingSaysSo() {
        policy(
                "{'paramKind':{'apiVersion':'v1','kind':'ConfigMap'},"
                        + "'validations':[{'expression':'false'}]}");
        binding("{'paramRef':{'name':'gone','parameterNotFoundAction':'Deny'}}");
        assertEquals(
                denied(
                        "failed to configure binding: no params found for policy binding with"
                                + " `Deny` parameterNotFoundAction"),
                denial());
    }

    @Test
    void aBindingMayWarnAndAuditInsteadOfDenying() {
        policy(
                "{'validations':[{'expression':'false','message':'no'}],"
                    + "'auditAnnotations':[{'key':'n','valueExpression':'string(object.spec.replicas)'}]}");
        binding("{'validationActions':['Warn','Audit']}");
        Request request = request();
        plugin.validate(request);
        assertEquals(
                List.of("Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no"),
                request.warnings());
        assertEquals(
                Map.of(
                        "p/n",
                        "7",
                        "validation.policy.admission.k8s.io/validation_failure",
                        "[{\"message\":\"no\",\"policy\":\"p\",\"binding\":\"b\","
                            + "\"expressionIndex\":0,\"validationActions\":[\"Warn\",\"Audit\"]}]"),
                annotations);
    }

    @Test
    void theAuthorizerCanBeAsked() {
        validation(
                "authorizer.group(\\\"sea\\\").resource(\\\"boats\\\").namespace(\\\"shop\\\")"
                        + ".check(\\\"sail\\\").allowed() && !authorizer.requestResource"
                        + ".check(\\\"sink\\\").allowed()");
        plugin.validate(request());
    }

    @Test
    void theAuthorizerCanBeAskedForAServiceAccount() {
        validation(
                "authorizer.serviceAccount(\\\"a\\\","
                        + " \\\"b\\\").path(\\\"/x\\\").check(\\\"sail\\\").allowed()");
        assertTrue(denial().contains("denied request: failed expression: "));
    }

    @Test
    void anExpressionThatCostsTooMuchIsStopped() {
        String list = "[0,1,2,3,4,5,6,7,8,9]";
        StringBuilder deep = new StringBuilder("true");
        for (int i = 0; i < 7; i++) {
            deep.insert(0, list + ".all(x" + i + ", ").append(")");
        }
        validation(deep.toString());
        assertEquals(
                denied(
                        "expression '"
                                + deep
                                + "' resulted in error: operation cancelled: actual cost limit"
                                + " exceeded"),
                denial());
    }
}
