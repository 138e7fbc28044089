package io.felucca.apiserver.admission.namespaceautoprovision;

import static io.felucca.testing.AdmissionFixture.json;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.ApiRequest;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.testing.AdmissionFixture;
import io.felucca.testing.RefusingServer;
import io.felucca.testing.StoredJson;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class NamespaceAutoProvisionTest {
    private static final GroupVersionResource PODS = new GroupVersionResource("", "v1", "pods");

    private final List<String> made = new ArrayList<>();
    private final NamespaceAutoProvision plugin = new NamespaceAutoProvision();
    private ApiException refusal;

    NamespaceAutoProvisionTest() {
        plugin.server(
                new RefusingServer() {
                    @Override
                    public CompletionStage<StoredObject> create(
                            ApiRequest request, ObjectNode body) {
                        if (refusal != null) {
                            return CompletableFuture.failedFuture(refusal);
                        }
                        made.add(body.at("/metadata/name").asText());
                        return CompletableFuture.completedFuture(new StoredJson(body));
                    }
                });
    }

    @Test
    void aMissingNamespaceIsMade() {
        plugin.mutate(new AdmissionFixture().create(PODS, json("{}")));
        assertEquals(List.of("shop"), made);
    }

    @Test
    void aNamespaceThatIsThereIsLeftAlone() {
        plugin.mutate(
                new AdmissionFixture()
                        .with(NamespaceAutoProvision.NAMESPACES, "{'metadata':{'name':'shop'}}")
                        .create(PODS, json("{}")));
        assertEquals(List.of(), made);
    }

    @Test
    void aNamespaceThatAnotherRequestMadeMeanwhileIsAsGood() {
        refusal =
                ApiException.alreadyExists(
                        NamespaceAutoProvision.NAMESPACES.groupResource(), "shop");
        plugin.mutate(new AdmissionFixture().create(PODS, json("{}")));
        assertEquals(List.of(), made);
    }

    @Test
    void anyOtherRefusalIsTheAnswer() {
        refusal = ApiException.badRequest("no");
        ApiException refused =
                assertThrows(
                        ApiException.class,
                        () -> plugin.mutate(new AdmissionFixture().create(PODS, json("{}"))));
        assertEquals("no", refused.status().message());
    }
}
