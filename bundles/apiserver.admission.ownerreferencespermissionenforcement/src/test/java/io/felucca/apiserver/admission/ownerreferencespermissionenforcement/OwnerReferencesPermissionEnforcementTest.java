package io.felucca.apiserver.admission.ownerreferencespermissionenforcement;

import static io.felucca.testing.AdmissionFixture.assertRefused;
import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.ResourceDefinition;
import io.felucca.apiserver.api.Resources;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.schema.Schema;
import io.felucca.testing.AdmissionFixture;
import io.felucca.testing.RefusingServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OwnerReferencesPermissionEnforcementTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private static final String OWNER =
            "{'metadata':{'ownerReferences':[{'apiVersion':'v1','kind':'Node','name':'n','uid':'u',"
                    + "'blockOwnerDeletion':%s}]}}";

    private final OwnerReferencesPermissionEnforcement plugin =
            new OwnerReferencesPermissionEnforcement();
    private final AdmissionFixture cluster = new AdmissionFixture();
    private final List<String> asked = new ArrayList<>();
    private boolean allows = true;

    OwnerReferencesPermissionEnforcementTest() {
        plugin.server(
                new RefusingServer() {
                    @Override
                    public void authorize(ApiRequest request) {
                        asked.add(
                                request.verb()
                                        + " "
                                        + request.resource().resource()
                                        + "/"
                                        + request.subresource()
                                        + " "
                                        + request.name());
                        if (!allows) {
                            throw ApiException.forbidden(
                                    request.resource().groupResource(), request.name(), "no");
                        }
                    }

                    @Override
                    public Resources resources() {
                        ResourceDefinition nodes =
                                ResourceDefinition.builder(
                                                GroupVersionKind.of("v1", "Node"),
                                                "nodes",
                                                Schema.builder(Schema.Type.OBJECT).build())
                                        .clusterScoped()
                                        .build();
                        return new Resources(
                                1, List.of(new Resources.Group("", List.of("v1"), List.of(nodes))));
                    }
                });
    }

    @Test
    void aNewObjectMayNameAnyOwner() {
        allows = false;
        plugin.validate(cluster.create(PODS, owned(false)));
        assertEquals(List.of(), asked);
    }

    @Test
    void changingOwnersTakesThePermissionToDelete() {
        plugin.validate(cluster.update(PODS, owned(false), json("{}")));
        assertEquals(List.of("delete pods/ web"), asked);
        allows = false;
        assertRefused(
                "pods \"web\" is forbidden: cannot set an ownerRef on a resource you can't delete:"
                        + " pods \"web\" is forbidden: no",
                () -> plugin.validate(cluster.update(PODS, owned(false), json("{}"))));
    }

    @Test
    void blockingTheOwnersDeletionTakesThePermissionToSetItsFinalizers() {
        plugin.validate(cluster.create(PODS, owned(true)));
        assertEquals(List.of("update nodes/finalizers n"), asked);
        allows = false;
        assertRefused(
                "pods \"web\" is forbidden: cannot set blockOwnerDeletion if an ownerReference"
                        + " refers to a resource you can't set finalizers on: nodes \"n\" is"
                        + " forbidden: no",
                () -> plugin.validate(cluster.create(PODS, owned(true))));
    }

    @Test
    void ownersThatStayTakeNone() {
        allows = false;
        plugin.validate(cluster.update(PODS, owned(true), owned(true)));
        assertEquals(List.of(), asked);
    }

    private static ObjectNode owned(boolean blocking) {
        return json(OWNER.formatted(blocking));
    }
}
