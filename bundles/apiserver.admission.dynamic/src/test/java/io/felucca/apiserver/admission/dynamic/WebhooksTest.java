package io.felucca.apiserver.admission.dynamic;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Pass;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.Authorizer;
import io.felucca.apiserver.cel.RequestExpressions;
import io.felucca.apiserver.webhook.Webhooks;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.AdmissionFixture;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class WebhooksTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final GroupVersionResource NAMESPACES =
            new GroupVersionResource("", "v1", "namespaces");
    private static final Authorizer NOBODY = attributes -> Authorizer.Decision.NO_OPINION;
    private static final Parts PARTS =
            Parts.of(new Webhooks(), new RequestExpressions(), List.of(NOBODY));

    private HookServer server;
    private final AdmissionFixture cluster =
            new AdmissionFixture()
                    .with(NAMESPACES, "{'metadata':{'name':'shop','labels':{'team':'sales'}}}");
    private final MutatingAdmissionWebhook mutating = new MutatingAdmissionWebhook(PARTS);
    private final ValidatingAdmissionWebhook validating = new ValidatingAdmissionWebhook(PARTS);

    @BeforeEach
    void serve() throws IOException {
        server = new HookServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A webhook at a path, for pods; {@code more} says what differs. */
    private ObjectNode hook(String path, String more) {
        ObjectNode hook =
                json(
                        "{'name':'"
                                + path.substring(1)
                                + ".example.com','sideEffects':'None','admissionReviewVersions':['v1'],"
                                + "'rules':[{'operations':['*'],'apiGroups':[''],'apiVersions':['*'],"
                                + "'resources':['pods','pods/exec']}],'timeoutSeconds':5}");
        hook.set("clientConfig", server.config(path));
        hook.setAll(json(more));
        return hook;
    }

    private void configure(GroupVersionResource kind, String name, ObjectNode... hooks) {
        ObjectNode configuration =
                json("{'metadata':{'name':'" + name + "','uid':'" + name + "'}}");
        List.of(hooks).forEach(configuration.putArray("webhooks")::add);
        cluster.with(kind, configuration);
    }

    private void validate(String path, String more) {
        configure(ValidatingAdmissionWebhook.CONFIGURATIONS, path.substring(1), hook(path, more));
    }

    private void mutate(String path, String more) {
        configure(MutatingAdmissionWebhook.CONFIGURATIONS, path.substring(1), hook(path, more));
    }

    private static ObjectNode pod() {
        return json("{'metadata':{'name':'web','labels':{'app':'web'}},'spec':{'n':1}}");
    }

    private Request creation() {
        return cluster.create(PODS, pod());
    }

    private ApiException refused(Request request) {
        return assertThrows(ApiException.class, () -> validating.validate(request));
    }

    @Test
    void withoutConfigurationNothingIsDone() {
        assertNull(mutating.firstPass(creation()));
        validating.validate(creation());
        assertEquals(List.of(), server.paths);
    }

    @Test
    void aWebhookIsAskedAboutTheWholeRequest() {
        server.answer("/a", request -> HookServer.allowing());
        validate("/a", "{}");
        validating.validate(cluster.update(PODS, pod(), pod()));
        ObjectNode request = (ObjectNode) server.reviews.get(0).get("request");
        assertEquals("admission.k8s.io/v1", server.reviews.get(0).path("apiVersion").asText());
        request.remove("uid");
        assertEquals(
                json(
                        "{'kind':{'group':'','version':'v1','kind':'Any'},"
                                + "'resource':{'group':'','version':'v1','resource':'pods'},"
                                + "'requestKind':{'group':'','version':'v1','kind':'Any'},"
                                + "'requestResource':{'group':'','version':'v1','resource':'pods'},"
                                + "'name':'web','namespace':'shop','operation':'UPDATE',"
                                + "'userInfo':{'username':'jane','groups':['system:authenticated',"
                                + "'system:authenticated']},'dryRun':false,'options':null,"
                                + "'object':"
                                + pod().toString().replace('"', '\'')
                                + ",'oldObject':"
                                + pod().toString().replace('"', '\'')
                                + "}"),
                request);
    }

    @Test
    void aRefusalIsToldInUpstreamsWords() {
        server.answer(
                "/a",
                request ->
                        json(
                                "{'allowed':false,'status':{'code':403,'reason':'Forbidden',"
                                        + "'message':'not today'}}"));
        validate("/a", "{}");
        ApiException refusal = refused(creation());
        assertEquals(
                "admission webhook \"a.example.com\" denied the request: not today",
                refusal.getMessage());
        assertEquals(403, refusal.status().code());
        assertEquals("Forbidden", refusal.status().word());
    }

    @Test
    void aRefusalWithoutWordsIsABadRequestWithoutReason() {
        server.answer("/a", request -> json("{'allowed':false}"));
        validate("/a", "{}");
        ApiException refusal = refused(creation());
        assertEquals(
                "admission webhook \"a.example.com\" denied the request without explanation",
                refusal.getMessage());
        assertEquals(400, refusal.status().code());
        assertEquals("", refusal.status().word());
    }

    @Test
    void warningsAndAuditAnnotationsArePassedOn() {
        server.answer(
                "/a",
                request ->
                        json(
                                "{'allowed':true,'warnings':['careful'],'auditAnnotations':{'k':'v'}}"));
        validate("/a", "{}");
        Map<String, String> annotations = new TreeMap<>();
        Request plain = creation();
        Request request =
                new Request(
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
        validating.validate(request);
        assertEquals(List.of("careful"), request.warnings());
        assertEquals(Map.of("a.example.com/k", "v"), annotations);
    }

    @Test
    void aFailureRefusesUnlessThePolicyIsToIgnoreIt() {
        validate("/nobody", "{}");
        ApiException failure = refused(creation());
        assertEquals(500, failure.status().code());
        assertTrue(
                failure.getMessage()
                        .startsWith(
                                "Internal error occurred: failed calling webhook"
                                        + " \"nobody.example.com\": failed to call webhook: Post \""
                                        + server.url("/nobody")
                                        + "?timeout=5s\": "),
                failure.getMessage());
    }

    @Test
    void aFailureThatIsToBeIgnoredIs() {
        validate("/nobody", "{'failurePolicy':'Ignore'}");
        validating.validate(creation());
    }

    @Test
    void anAnswerToAnotherRequestIsNotTaken() {
        server.answer("/a", request -> json("{'allowed':true,'uid':'other'}"));
        validate("/a", "{}");
        String message = refused(creation()).getMessage();
        assertTrue(
                message.contains(
                        "failed calling webhook \"a.example.com\": received invalid webhook"
                                + " response: expected response.uid="),
                message);
    }

    @Test
    void aValidatingWebhookMayNotPatch() {
        server.answer("/a", request -> HookServer.patching("[]"));
        validate("/a", "{}");
        assertTrue(
                refused(creation())
                        .getMessage()
                        .endsWith("validating webhook may not return response.patch"));
    }

    @Test
    void whatNoRuleOrSelectorFitsIsNotSent() {
        server.answer("/a", request -> HookServer.allowing());
        String rules =
                "{'rules':[{'operations':['%s'],'apiGroups':['%s'],'apiVersions':['v1'],"
                        + "'resources':['%s'],'scope':'%s'}]}";
        validate("/a", rules.formatted("DELETE", "", "pods", "*"));
        validate("/a", rules.formatted("CREATE", "apps", "pods", "*"));
        validate("/a", rules.formatted("CREATE", "", "pods/status", "*"));
        validate("/a", rules.formatted("CREATE", "", "pods", "Cluster"));
        validate("/a", "{'namespaceSelector':{'matchLabels':{'team':'other'}}}");
        validate("/a", "{'objectSelector':{'matchLabels':{'app':'other'}}}");
        validate("/a", "{'matchConditions':[{'name':'a','expression':'request.name.size() > 9'}]}");
        validating.validate(creation());
        assertEquals(List.of(), server.paths);
    }

    @Test
    void whatRulesSelectorsAndConditionsFitIsSent() {
        server.answer("/a", request -> HookServer.allowing());
        validate(
                "/a",
                "{'rules':[{'operations':['CREATE'],'apiGroups':['*'],'apiVersions':['v1'],"
                    + "'resources':['*/*'],'scope':'Namespaced'}],"
                    + "'namespaceSelector':{'matchLabels':{'team':'sales'}},"
                    + "'objectSelector':{'matchExpressions':[{'key':'app','operator':'Exists'}]},'matchConditions':[{'name':'a','expression':'object.spec.n"
                    + " == 1 && request.userInfo.username.startsWith(\\\"ja\\\") && oldObject =="
                    + " null'},"
                    + "{'name':'b','expression':'!authorizer.requestResource.check(\\\"x\\\")"
                    + ".allowed()'}]}");
        validating.validate(creation());
        assertEquals(List.of("/a"), server.paths);
    }

    @Test
    void aConditionThatFailsRefusesByThePolicy() {
        server.answer("/a", request -> HookServer.allowing());
        String condition = "'matchConditions':[{'name':'a','expression':'object.spec.m == 1'}]";
        validate("/a", "{" + condition + "}");
        assertEquals(
                "pods \"web\" is forbidden: expression 'object.spec.m == 1' resulted in error: no"
                        + " such key: m",
                refused(creation()).getMessage());
        assertEquals(List.of(), server.paths);
    }

    @Test
    void theConfigurationOfAdmissionItselfIsNeverSent() {
        server.answer("/a", request -> HookServer.allowing());
        String all =
                "{'rules':[{'operations':['*'],'apiGroups':['*'],'apiVersions':['*'],"
                        + "'resources':['*/*']}]}";
        validate("/a", all);
        mutate("/a", all);
        ObjectNode object = json("{'metadata':{'name':'a'}}");
        for (GroupVersionResource one :
                List.of(
                        ValidatingAdmissionWebhook.CONFIGURATIONS,
                        MutatingAdmissionWebhook.CONFIGURATIONS)) {
            validating.validate(cluster.delete(one, object));
            assertNull(mutating.firstPass(cluster.delete(one, object)));
        }
        assertEquals(List.of(), server.paths);
    }

    @Test
    void deletionsAndConnectionsAreSent() {
        server.answer("/a", request -> HookServer.allowing());
        validate("/a", "{}");
        validating.validate(cluster.delete(PODS, pod()));
        validating.validate(
                cluster.request(Operation.CONNECT, PODS, "exec", json("{'command':['sh']}"), null));
        assertEquals("DELETE", server.reviews.get(0).at("/request/operation").asText());
        assertTrue(server.reviews.get(0).at("/request/object").isNull());
        assertEquals("web", server.reviews.get(0).at("/request/oldObject/metadata/name").asText());
        assertEquals("exec", server.reviews.get(1).at("/request/subResource").asText());
        assertEquals("sh", server.reviews.get(1).at("/request/object/command/0").asText());
    }

    @Test
    void validatingWebhooksAreAskedAtTheSameTime() {
        CountDownLatch both = new CountDownLatch(2);
        server.answer("/a", request -> together(both)).answer("/b", request -> together(both));
        validate("/a", "{}");
        validate("/b", "{}");
        validating.validate(creation());
        assertEquals(0, both.getCount());
    }

    private static ObjectNode together(CountDownLatch both) {
        both.countDown();
        try {
            return Json.object().put("allowed", both.await(5, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void mutatingWebhooksRunInTheOrderOfTheirConfigurations() {
        server.answer(
                        "/b",
                        request ->
                                HookServer.patching(
                                        "[{'op':'test','path':'/spec/n','value':2},"
                                                + "{'op':'replace','path':'/spec/n','value':3}]"))
                .answer(
                        "/a",
                        request ->
                                HookServer.patching(
                                        "[{'op':'replace','path':'/spec/n','value':2}]"));
        mutate("/b", "{}");
        mutate("/a", "{}");
        Request request = creation();
        Pass pass = mutating.firstPass(request);
        assertTrue(pass.repeats());
        assertEquals(3, request.object().at("/spec/n").asInt());
        pass.second().accept(request);
        assertEquals(List.of("/a", "/b"), server.paths);
    }

    @Test
    void aWebhookThatWantsItIsCalledAgainAfterALaterChange() {
        server.answer("/a", request -> HookServer.allowing())
                .answer(
                        "/b",
                        request ->
                                HookServer.patching("[{'op':'add','path':'/spec/m','value':1}]"));
        mutate("/a", "{'reinvocationPolicy':'IfNeeded'}");
        mutate("/b", "{'reinvocationPolicy':'Never'}");
        Request request = creation();
        mutating.firstPass(request).second().accept(request);
        assertEquals(List.of("/a", "/b", "/a"), server.paths);
    }

    @Test
    void aPatchOfADeletionIsRefused() {
        server.answer(
                "/a", request -> HookServer.patching("[{'op':'add','path':'/spec','value':1}]"));
        mutate("/a", "{}");
        assertEquals(
                "Internal error occurred: admission webhook \"a.example.com\" attempted to modify"
                        + " the object, which is not supported for this operation",
                assertThrows(ApiException.class, () -> mutating.mutate(cluster.delete(PODS, pod())))
                        .getMessage());
    }

    @Test
    void anOlderReviewIsSentToThoseWhoKnowNoOther() {
        server.answer("/a", request -> json("{'allowed':true,'uid':''}"));
        validate("/a", "{'admissionReviewVersions':['v9','v1beta1']}");
        validating.validate(creation());
        assertEquals("admission.k8s.io/v1beta1", server.reviews.get(0).path("apiVersion").asText());
    }
}
