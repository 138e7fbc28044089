package io.felucca.apiserver.admission.resourcequota;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ResourceQuotaTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");
    private static final GroupVersionResource SERVICES =
            new GroupVersionResource("", "v1", "services");

    private final QuotaServer server = new QuotaServer();
    private final ResourceQuota plugin = new ResourceQuota();

    @BeforeEach
    void connect() {
        plugin.server(server);
    }

    /** A quota whose usage has been counted. */
    private void quota(String name, String hard, String used) {
        server.put(
                json(
                        "{'metadata':{'name':'%s','namespace':'shop'},'spec':{'hard':%s},'status':{'hard':%s,'used':%s}}"
                                .formatted(name, hard, hard, used)));
    }

    private void run(
            Operation operation,
            GroupVersionResource resource,
            String part,
            String object,
            String old,
            boolean dryRun) {
        plugin.validate(
                new Request(
                        operation,
                        UserInfo.of("jane"),
                        resource,
                        new GroupVersionKind("", "v1", "Any"),
                        part,
                        "shop",
                        "x",
                        json(object),
                        old == null ? null : json(old),
                        dryRun,
                        server));
    }

    private void create(GroupVersionResource resource, String object) {
        run(Operation.CREATE, resource, "", object, null, false);
    }

    private static String pod(String requests) {
        return "{'spec':{'containers':[{'name':'c','resources':{'requests':" + requests + "}}]}}";
    }

    private static void assertRefused(String message, Runnable action) {
        ApiException refused = assertThrows(ApiException.class, action::run);
        assertEquals(403, refused.status().code());
        assertEquals(message, refused.status().message());
    }

    @Test
    void whatFitsIsChargedAndWhatDoesNotIsRefused() {
        quota("q", "{'pods':'2','requests.cpu':'1'}", "{'pods':'1','requests.cpu':'500m'}");
        create(PODS, pod("{'cpu':'250m'}"));
        assertEquals("2", server.used("q", "pods"));
        assertEquals("750m", server.used("q", "requests.cpu"));
        assertRefused(
                "pods \"x\" is forbidden: exceeded quota: q, requested: pods=1,requests.cpu=500m,"
                        + " used: pods=2,requests.cpu=750m, limited: pods=2,requests.cpu=1",
                () -> create(PODS, pod("{'cpu':'500m'}")));
        assertEquals("2", server.used("q", "pods"));
        assertEquals(1, server.writes.get());
    }

    @Test
    void onlyWhatIsExceededIsNamed() {
        quota("q", "{'pods':'2','requests.cpu':'1'}", "{'pods':'2','requests.cpu':'0'}");
        assertRefused(
                "pods \"x\" is forbidden: exceeded quota: q, requested: pods=1, used: pods=2,"
                        + " limited: pods=2",
                () -> create(PODS, pod("{'cpu':'250m'}")));
    }

    @Test
    void whatIsLimitedMustBeSpecified() {
        quota("q", "{'cpu':'1','memory':'1Gi'}", "{'cpu':'0','memory':'0'}");
        assertRefused(
                "pods \"x\" is forbidden: failed quota: q: must specify memory for: c",
                () -> create(PODS, pod("{'cpu':'1'}")));
        assertRefused(
                "pods \"x\" is forbidden: failed quota: q: must specify cpu for: c; memory for: c",
                () -> create(PODS, pod("{}")));
    }

    @Test
    void usageThatNobodyCountedCantBeCharged() {
        quota("q", "{'pods':'2'}", "{}");
        assertRefused(
                "pods \"x\" is forbidden: status unknown for quota: q, resources: pods",
                () -> create(PODS, pod("{}")));
        server.put(
                json("{'metadata':{'name':'q','namespace':'shop'},'spec':{'hard':{'pods':'0'}}}"));
        create(PODS, pod("{}"));
        assertEquals(0, server.writes.get(), "a quota without a status limits nothing yet");
    }

    @Test
    void whoFailsOneQuotaIsChargedToNone() {
        quota("a", "{'pods':'9'}", "{'pods':'0'}");
        quota("b", "{'count/pods':'0'}", "{'count/pods':'0'}");
        assertThrows(ApiException.class, () -> create(PODS, pod("{}")));
        assertEquals("0", server.used("a", "pods"));
    }

    @Test
    void aDryRunIsCheckedButNotCharged() {
        quota("q", "{'pods':'1'}", "{'pods':'0'}");
        run(Operation.CREATE, PODS, "", pod("{}"), null, true);
        assertEquals("0", server.used("q", "pods"));
        quota("q", "{'pods':'1'}", "{'pods':'1'}");
        assertThrows(
                ApiException.class, () -> run(Operation.CREATE, PODS, "", pod("{}"), null, true));
    }

    @Test
    void updatesAreChargedForWhatTheyAdd() {
        quota(
                "q",
                "{'services':'1','services.nodeports':'2'}",
                "{'services':'1','services.nodeports':'1'}");
        String before = "{'spec':{'type':'NodePort','ports':[{'port':1}]}}";
        String two = "{'spec':{'type':'NodePort','ports':[{'port':1},{'port':2}]}}";
        run(Operation.UPDATE, SERVICES, "", two, before, false);
        assertEquals("2", server.used("q", "services.nodeports"));
        run(Operation.UPDATE, SERVICES, "", before, two, false);
        assertEquals("2", server.used("q", "services.nodeports"), "the controller gives back");
        String three = "{'spec':{'type':'NodePort','ports':[{'port':1},{'port':2},{'port':3}]}}";
        assertRefused(
                "services \"x\" is forbidden: exceeded quota: q, requested: services.nodeports=1,"
                        + " used: services.nodeports=2, limited: services.nodeports=2",
                () -> run(Operation.UPDATE, SERVICES, "", three, two, false));
    }

    @Test
    void ofPodsUpdatesOnlyAResizeCounts() {
        quota("q", "{'requests.cpu':'2'}", "{'requests.cpu':'1'}");
        run(Operation.UPDATE, PODS, "", pod("{'cpu':'2'}"), pod("{'cpu':'1'}"), false);
        assertEquals("1", server.used("q", "requests.cpu"));
        run(Operation.UPDATE, PODS, "resize", pod("{'cpu':'2'}"), pod("{'cpu':'1'}"), false);
        assertEquals("2", server.used("q", "requests.cpu"));
        assertThrows(
                ApiException.class,
                () ->
                        run(
                                Operation.UPDATE,
                                PODS,
                                "resize",
                                pod("{'cpu':'3'}"),
                                pod("{'cpu':'2'}"),
                                false));
    }

    @Test
    void whoIsFasterIsNotOverwritten() {
        quota("q", "{'pods':'3'}", "{'pods':'0'}");
        AtomicInteger others = new AtomicInteger(2);
        server.beforeWrite =
                () -> {
                    if (others.getAndDecrement() > 0) {
                        ObjectNode other = server.quota("q");
                        int used = other.at("/status/used/pods").asInt();
                        other.withObject("/status/used").put("pods", Integer.toString(used + 1));
                        server.put(other);
                    }
                };
        create(PODS, pod("{}"));
        assertEquals("3", server.used("q", "pods"));
        assertThrows(ApiException.class, () -> create(PODS, pod("{}")));
    }

    @Test
    void manyAtOnceGetExactlyWhatThereIs() throws Exception {
        quota("q", "{'pods':'50'}", "{'pods':'0'}");
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            tasks.add(
                    () -> {
                        try {
                            create(PODS, pod("{}"));
                            return true;
                        } catch (ApiException e) {
                            return false;
                        }
                    });
        }
        int admitted = 0;
        for (Future<Boolean> each : threads.invokeAll(tasks)) {
            admitted += each.get() ? 1 : 0;
        }
        threads.shutdown();
        assertEquals(50, admitted);
        assertEquals("50", server.used("q", "pods"));
        assertTrue(server.writes.get() <= 50);
    }
}
