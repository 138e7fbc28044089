package io.felucca.apiserver.admission.serviceaccount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.AdmissionPlugin.Operation;
import io.felucca.apiserver.api.AdmissionPlugin.Reader;
import io.felucca.apiserver.api.AdmissionPlugin.Request;
import io.felucca.apiserver.api.StoredObject;
import io.felucca.apiserver.api.UserInfo;
import io.felucca.machinery.ApiException;
import io.felucca.machinery.GroupVersionKind;
import io.felucca.machinery.GroupVersionResource;
import io.felucca.machinery.Json;
import io.felucca.testing.StoredJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ServiceAccountTest {
    private static final String MOUNTED = "/var/run/secrets/kubernetes.io/serviceaccount";

    private final ServiceAccount plugin = new ServiceAccount(new Random(1));
    private final Accounts accounts = new Accounts(new ArrayList<>());

    @Test
    void aPodThatNamesNoAccountRunsAsTheDefaultOne() {
        accounts.add("{'metadata':{'name':'default'}}");
        ObjectNode spec = created("{'containers':[{'name':'a'}]}");
        assertEquals("default", spec.path("serviceAccountName").asText());
        assertEquals("default", spec.path("serviceAccount").asText());
    }

    @Test
    void theOldFieldNamesTheAccountToo() {
        accounts.add("{'metadata':{'name':'cart'}}");
        ObjectNode spec = created("{'serviceAccount':'cart','containers':[{'name':'a'}]}");
        assertEquals("cart", spec.path("serviceAccountName").asText());
    }

    @Test
    void aMissingAccountIsNamed() {
        ApiException refused = assertThrows(ApiException.class, () -> created("{'containers':[]}"));
        assertEquals(403, refused.status().code());
        assertEquals(
                "pods \"web\" is forbidden: error looking up service account shop/default:"
                        + " serviceaccount \"default\" not found",
                refused.status().message());
        assertThrows(
                ApiException.class,
                () -> plugin.validate(request(json("{'spec':{'serviceAccountName':'gone'}}"))));
    }

    @Test
    void theDefaultAccountOfANewNamespaceIsWaitedFor() {
        ObjectNode account = json("{'metadata':{'name':'default'}}");
        WatchOnlyServer server =
                new WatchOnlyServer(
                        watched -> {
                            accounts.objects.add(new StoredJson(account));
                            watched.add(new StoredJson(account));
                        });
        plugin.server(server);
        assertEquals("default", created("{'containers':[]}").path("serviceAccountName").asText());
        assertTrue(server.isClosed());
    }

    @Test
    void theWaitEndsWithItsWatch() {
        WatchOnlyServer server = new WatchOnlyServer(WatchOnlyServer::end);
        plugin.server(server);
        assertThrows(ApiException.class, () -> created("{'containers':[]}"));
        assertTrue(server.isClosed());
    }

    @Test
    void everyContainerFindsTokenAuthorityAndNamespace() {
        accounts.add("{'metadata':{'name':'default'}}");
        ObjectNode spec =
                created(
                        "{'initContainers':[{'name':'i'}],'containers':[{'name':'a'},{'name':'b'}]}");
        String name = spec.at("/volumes/0/name").asText();
        assertTrue(name.matches("kube-api-access-[a-z0-9]{5}"), name);
        assertEquals(
                json(
                        "{'sources':["
                            + "{'serviceAccountToken':{'expirationSeconds':3607,'path':'token'}},"
                            + "{'configMap':{'name':'kube-root-ca.crt',"
                            + "'items':[{'key':'ca.crt','path':'ca.crt'}]}},"
                            + "{'downwardAPI':{'items':[{'path':'namespace',"
                            + "'fieldRef':{'apiVersion':'v1','fieldPath':'metadata.namespace'}}]}}],"
                            + "'defaultMode':420}"),
                spec.at("/volumes/0/projected"));
        ObjectNode mount =
                json("{'name':'" + name + "','readOnly':true,'mountPath':'" + MOUNTED + "'}");
        for (String container : List.of("/initContainers/0", "/containers/0", "/containers/1")) {
            assertEquals(mount, spec.at(container + "/volumeMounts/0"), container);
        }
    }

    @Test
    void aContainersOwnMountStays() {
        accounts.add("{'metadata':{'name':'default'}}");
        String own = "{'name':'mine','mountPath':'" + MOUNTED + "'}";
        ObjectNode spec =
                created(
                        "{'containers':[{'name':'a','volumeMounts':["
                                + own
                                + "]},{'name':'b'}],'volumes':[{'name':'mine','emptyDir':{}}]}");
        assertEquals(1, spec.at("/containers/0/volumeMounts").size());
        assertEquals(1, spec.at("/containers/1/volumeMounts").size());
        assertEquals(2, spec.path("volumes").size());
        ObjectNode alone = created("{'containers':[{'name':'a','volumeMounts':[" + own + "]}]}");
        assertFalse(alone.has("volumes"));
    }

    @Test
    void aVolumeThatCameWithTheManifestIsUsed() {
        accounts.add("{'metadata':{'name':'default'}}");
        ObjectNode spec =
                created(
                        "{'containers':[{'name':'a'}],"
                                + "'volumes':[{'name':'kube-api-access-abcde','projected':{}}]}");
        assertEquals(1, spec.path("volumes").size());
        assertEquals(
                "kube-api-access-abcde", spec.at("/containers/0/volumeMounts/0/name").asText());
    }

    @Test
    void podAndAccountMayDoWithoutAToken() {
        accounts.add("{'metadata':{'name':'default'},'automountServiceAccountToken':false}");
        String container = "'containers':[{'name':'a'}]";
        assertFalse(created("{" + container + "}").has("volumes"));
        assertTrue(
                created("{'automountServiceAccountToken':true," + container + "}").has("volumes"));
        accounts.objects.clear();
        accounts.add("{'metadata':{'name':'default'}}");
        assertFalse(
                created("{'automountServiceAccountToken':false," + container + "}").has("volumes"));
    }

    @Test
    void theAccountsPullSecretsServeUnlessThePodHasItsOwn() {
        accounts.add("{'metadata':{'name':'default'},'imagePullSecrets':[{'name':'registry'}]}");
        assertEquals(
                "registry", created("{'containers':[]}").at("/imagePullSecrets/0/name").asText());
        ObjectNode own = created("{'imagePullSecrets':[{'name':'mine'}],'containers':[]}");
        assertEquals("mine", own.at("/imagePullSecrets/0/name").asText());
        assertEquals(1, own.path("imagePullSecrets").size());
    }

    @Test
    void aMirrorPodGetsNothingAndMayNameNothing() {
        ObjectNode pod =
                json(
                        "{'metadata':{'annotations':{'kubernetes.io/config.mirror':'x'}},"
                                + "'spec':{'containers':[{'name':'a'}]}}");
        plugin.mutate(request(pod));
        plugin.validate(request(pod));
        assertEquals(json("{'containers':[{'name':'a'}]}"), pod.get("spec"));
        pod.withObject("/spec").put("serviceAccountName", "cart");
        ApiException refused = assertThrows(ApiException.class, () -> plugin.mutate(request(pod)));
        assertEquals(
                "pods \"web\" is forbidden: a mirror pod may not reference service accounts",
                refused.status().message());
    }

    private ObjectNode created(String spec) {
        ObjectNode pod = json("{'spec':" + spec + "}");
        plugin.mutate(request(pod));
        plugin.validate(request(pod));
        return (ObjectNode) pod.get("spec");
    }

    private Request request(ObjectNode pod) {
        return new Request(
                Operation.CREATE,
                UserInfo.of("jane"),
                new GroupVersionResource("", "v1", "pods"),
                new GroupVersionKind("", "v1", "Pod"),
                "",
                "shop",
                "web",
                pod,
                null,
                false,
                accounts);
    }

    private static ObjectNode json(String text) {
        return Json.parseObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private record Accounts(List<StoredObject> objects) implements Reader {
        void add(String account) {
            objects.add(new StoredJson(json(account)));
        }

        @Override
        public Optional<StoredObject> get(
                GroupVersionResource resource, String namespace, String name) {
            assertEquals("serviceaccounts", resource.resource());
            assertEquals("shop", namespace);
            return objects.stream().filter(one -> one.name().equals(name)).findFirst();
        }

        @Override
        public List<StoredObject> list(GroupVersionResource resource, String namespace) {
            throw new UnsupportedOperationException();
        }
    }
}
