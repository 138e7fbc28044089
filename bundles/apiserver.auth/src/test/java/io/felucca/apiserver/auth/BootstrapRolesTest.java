package io.felucca.apiserver.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BootstrapRolesTest {
    private final BootstrapRoles roles = new BootstrapRoles();
    private final List<ObjectNode> objects = roles.objects();

    @Test
    void everyBindingRefersToARoleThatIsThere() {
        Set<RoleKey> known = new HashSet<>();
        for (ObjectNode object : objects) {
            if (object.has("rules")) {
                known.add(
                        new RoleKey(
                                object.at("/metadata/namespace").asText(),
                                object.at("/metadata/name").asText()));
            }
        }
        for (ObjectNode object : objects) {
            if (object.has("roleRef")) {
                String namespace = object.at("/metadata/namespace").asText();
                assertTrue(
                        known.contains(RbacObjects.roleRef(object, namespace)), object::toString);
                // Nodes have an authorizer of their own; as upstream, the binding stays, empty.
                boolean forNobody = object.at("/metadata/name").asText().equals("system:node");
                assertEquals(forNobody, object.get("subjects").isEmpty(), object::toString);
            }
        }
        assertTrue(objects.size() > 100);
    }

    @Test
    void aRuleIsWrittenAsTheApiHasIt() {
        assertEquals(
                Rbac.json(
                        "{'apiGroups':['coordination.k8s.io'],'resources':['leases'],"
                                + "'verbs':['get','update'],'resourceNames':['kube-scheduler']}"),
                find("ClusterRole", "system:kube-scheduler").get("rules").get(2));
        assertEquals(
                Rbac.json(
                        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRoleBinding',"
                            + "'metadata':{'name':'system:kube-dns',"
                            + "'labels':{'kubernetes.io/bootstrapping':'rbac-defaults'},"
                            + "'annotations':{'rbac.authorization.kubernetes.io/autoupdate':'true'}},"
                            + "'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                            + "'kind':'ClusterRole','name':'system:kube-dns'},"
                            + "'subjects':[{'kind':'ServiceAccount','name':'kube-dns',"
                            + "'namespace':'kube-system'}]}"),
                find("ClusterRoleBinding", "system:kube-dns"));
    }

    @Test
    void aggregatedRolesShowTheRulesOfTheirParts() {
        int view = find("ClusterRole", "view").get("rules").size();
        int edit = find("ClusterRole", "edit").get("rules").size();
        int admin = find("ClusterRole", "admin").get("rules").size();
        assertTrue(0 < view && view < edit && edit < admin, view + " " + edit + " " + admin);
    }

    @Test
    void whatIsLostComesBackAndWhatWasAddedStays() {
        ObjectNode wanted = find("ClusterRole", "system:node-proxier");
        ObjectNode existing = wanted.deepCopy();
        ((ArrayNode) existing.get("rules")).remove(0);
        existing.withArray("rules").add(Rbac.json("{'verbs':['get'],'resources':['own']}"));
        ObjectNode mended = roles.reconcile(existing, wanted);
        assertEquals(wanted.get("rules").size() + 1, mended.get("rules").size());
        assertSame(wanted, roles.reconcile(wanted, wanted));
    }

    @Test
    void aRoleThatIsNotToBeUpdatedStaysAsItIs() {
        ObjectNode wanted = find("ClusterRole", "system:node-proxier");
        ObjectNode existing = wanted.deepCopy();
        existing.putArray("rules");
        existing.withObject("/metadata")
                .withObject("/annotations")
                .put(BootstrapRoles.AUTO_UPDATE, "false");
        assertSame(existing, roles.reconcile(existing, wanted));
    }

    @Test
    void aBrokenLineIsNamed() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> BootstrapFile.read("clusterrole a\n  core | pods\n"));
        assertEquals("line 2:   core | pods", refused.getMessage());
    }

    private ObjectNode find(String kind, String name) {
        return objects.stream()
                .filter(object -> object.get("kind").asText().equals(kind))
                .filter(object -> object.at("/metadata/name").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
