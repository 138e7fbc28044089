package io.felucca.apiserver.flowcontrol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.FlowControl.Asked;
import io.felucca.apiserver.api.FlowControl.Ticket;
import io.felucca.apiserver.api.FlowControl.Waiting;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.metrics.Exposition;
import io.felucca.metrics.Format;
import io.felucca.testing.AdmissionFixture;
import io.felucca.testing.MetricsText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class PriorityAndFairnessTest {
    private static final UserInfo JANE = UserInfo.of("jane");
    private static final UserInfo ACCOUNT =
            UserInfo.of("system:serviceaccount:shop:web", "system:serviceaccounts");
    private static final UserInfo SYSTEM_ACCOUNT =
            UserInfo.of(
                    "system:serviceaccount:kube-system:endpoint-controller",
                    "system:serviceaccounts");
    private static final UserInfo NODE = UserInfo.of("system:node:a", "system:nodes");

    private static final Waiting NOBODY_WAITS =
            new Waiting() {
                @Override
                public void served(Ticket ticket) {
                    throw new AssertionError("nobody waits here");
                }

                @Override
                public void refused(Ticket ticket) {
                    throw new AssertionError("nobody waits here");
                }
            };

    private final PriorityAndFairness flows = new PriorityAndFairness(600, () -> 0);

    /** Objects whose UID is their name, which is how the test recognizes them. */
    private static List<ObjectNode> named(List<ObjectNode> objects) {
        objects.forEach(
                one -> one.withObject("/metadata").put("uid", one.at("/metadata/name").asText()));
        return objects;
    }

    private String where(Asked asked) {
        Ticket ticket = flows.enter(asked, NOBODY_WAITS);
        ticket.done();
        return ticket.flowSchemaUid() + " " + ticket.priorityLevelUid();
    }

    private static Asked resource(
            UserInfo user, String verb, String group, String resource, String part, String ns) {
        return new Asked(user, verb, group, resource, part, ns, "", 1);
    }

    private static Asked path(UserInfo user, String path) {
        return new Asked(user, "get", null, "", "", "", path, 1);
    }

    @Test
    void requestsGoWhereUpstreamPutsThem() {
        flows.configure(named(Defaults.schemas()), named(Defaults.levels()));
        UserInfo admin = UserInfo.of("admin", "system:masters");
        assertEquals("exempt exempt", where(resource(admin, "list", "", "pods", "", "")));
        assertEquals("probes exempt", where(path(UserInfo.ANONYMOUS, "/readyz")));
        assertEquals("global-default global-default", where(path(JANE, "/version")));
        assertEquals(
                "global-default global-default",
                where(resource(JANE, "list", "apps", "deployments", "", "shop")));
        assertEquals(
                "service-accounts workload-low",
                where(resource(ACCOUNT, "update", "coordination.k8s.io", "leases", "", "shop")));
        String leases = "coordination.k8s.io";
        assertEquals(
                "system-leader-election leader-election",
                where(resource(SYSTEM_ACCOUNT, "update", leases, "leases", "", "kube-system")));
        assertEquals(
                "endpoint-controller workload-high",
                where(resource(SYSTEM_ACCOUNT, "update", "", "endpoints", "", "shop")));
        assertEquals(
                "kube-system-service-accounts workload-high",
                where(resource(SYSTEM_ACCOUNT, "list", "", "pods", "", "")));
        assertEquals(
                "system-node-high node-high",
                where(resource(NODE, "patch", "", "nodes", "status", "")));
        assertEquals(
                "system-node-high node-high",
                where(resource(NODE, "update", leases, "leases", "", "kube-node-lease")));
        assertEquals("system-nodes system", where(resource(NODE, "list", "", "pods", "", "")));
        UserInfo scheduler = UserInfo.of("system:kube-scheduler");
        assertEquals(
                "kube-scheduler workload-high",
                where(resource(scheduler, "create", "", "pods", "binding", "shop")));
        UserInfo nobody = new UserInfo("x", "", List.of(), java.util.Map.of());
        assertNull(flows.enter(path(nobody, "/"), NOBODY_WAITS), "every user has a group");
    }

    @Test
    void seatsAreDividedByShares() {
        for (String name : List.of("nominal_limit_seats", "current_limit_seats")) {
            assertEquals(Optional.of(245.0), seats(name, "workload-low"));
            assertEquals(Optional.of(13.0), seats(name, "catch-all"));
        }
    }

    private Optional<Double> seats(String name, String level) {
        return metrics().value("apiserver_flowcontrol_" + name, "priority_level", level);
    }

    private MetricsText metrics() {
        byte[] text = Exposition.write(List.of(flows.metrics()), Format.TEXT);
        return MetricsText.parse(new String(text, StandardCharsets.UTF_8));
    }

    @Test
    void aSchemaOfTheUsersOwnGoesBeforeOthersOfLowerPrecedence() {
        List<ObjectNode> schemas = new ArrayList<>(named(Defaults.schemas()));
        ObjectNode own =
                AdmissionFixture.json(
                        "{'metadata':{'name':'own','uid':'own'},'spec':{'matchingPrecedence':50,"
                            + "'priorityLevelConfiguration':{'name':'system'},'rules':[{'subjects':["
                            + "{'kind':'User','user':{'name':'jane'}}],'resourceRules':[{"
                            + "'verbs':['get'],'apiGroups':[''],'resources':['pods/log'],"
                            + "'namespaces':['shop']}],'nonResourceRules':[{'verbs':['get'],"
                            + "'nonResourceURLs':['/open/*']}]}]}}");
        schemas.add(own);
        flows.configure(schemas, named(Defaults.levels()));
        assertEquals("own system", where(resource(JANE, "get", "", "pods", "log", "shop")));
        assertEquals("own system", where(path(JANE, "/open/api")));
        for (Asked other :
                List.of(
                        resource(JANE, "get", "", "pods", "", "shop"),
                        resource(JANE, "get", "", "pods", "log", "other"),
                        resource(JANE, "list", "", "pods", "log", "shop"),
                        path(JANE, "/open"))) {
            assertEquals("global-default global-default", where(other), other::toString);
        }
        ((ObjectNode) own.at("/spec/priorityLevelConfiguration")).put("name", "gone");
        flows.configure(schemas, named(Defaults.levels()));
        assertEquals(
                "global-default global-default",
                where(resource(JANE, "get", "", "pods", "log", "shop")),
                "without its level a schema matches nothing");
    }

    @Test
    void whatHappenedIsCounted() {
        where(path(JANE, "/version"));
        where(path(JANE, "/version"));
        assertEquals(Optional.of(2.0), ofVersions("dispatched_requests_total"));
        assertEquals(Optional.of(0.0), ofVersions("current_executing_requests"));
        assertEquals(Optional.of(0.0), ofVersions("current_executing_seats"));
        assertEquals(Optional.of(2.0), ofVersions("work_estimated_seats_count"));
        Ticket ticket = flows.enter(path(JANE, "/version"), NOBODY_WAITS);
        assertEquals(Optional.of(1.0), ofVersions("current_executing_requests"));
        assertEquals(Optional.of(1.0), ofVersions("current_executing_seats"));
        ticket.done();
    }

    private Optional<Double> ofVersions(String name) {
        return metrics()
                .value(
                        "apiserver_flowcontrol_" + name,
                        "flow_schema",
                        "global-default",
                        "priority_level",
                        "global-default");
    }
}
