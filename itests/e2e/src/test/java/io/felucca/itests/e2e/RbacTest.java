package io.felucca.itests.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who may do what, and who one is. */
@ExtendWith(Cluster.Resolver.class)
final class RbacTest {
    private final Cluster cluster;
    private final Kubectl kubectl;

    RbacTest(Cluster cluster) {
        this.cluster = cluster;
        kubectl = cluster.newNamespace("rbac");
        Eventually.is("the default account exists", () -> kubectl.exists("serviceaccount default"));
    }

    private String canI(String words) {
        return kubectl.run(("auth can-i " + words).split(" ")).out().strip();
    }

    @Test
    void administratorMayDoEverything() {
        assertEquals("yes", canI("delete nodes"));
        assertEquals("yes", canI("create pods --subresource=exec"));
    }

    @Test
    void boundRoleGrantsWhatItSaysWhereItSays() {
        kubectl.ok("create role reader --verb=get,list --resource=configmaps");
        kubectl.ok("create rolebinding jane-reads --role=reader --user=jane");
        Eventually.is("jane reads", () -> canI("list configmaps --as=jane").equals("yes"));
        assertEquals("no", canI("create configmaps --as=jane"));
        assertEquals("no", canI("list secrets --as=jane"));
        assertEquals("no", canI("list configmaps --as=jane -n default"));
        kubectl.ok("get configmaps --as=jane");
        kubectl.ok("delete rolebinding jane-reads");
        Eventually.is("jane reads no more", () -> canI("list configmaps --as=jane").equals("no"));
    }

    @Test
    void bootstrapRolesGiveViewersNoSecrets() {
        kubectl.ok("create rolebinding joe-views --clusterrole=view --user=joe");
        Eventually.is("joe views", () -> canI("list pods --as=joe").equals("yes"));
        assertEquals("no", canI("get secrets --as=joe"));
        assertEquals("no", canI("delete pods --as=joe"));
    }

    @Test
    void nobodyGrantsWhatHeDoesNotHave() {
        kubectl.ok("create role binder --verb=create --resource=roles");
        kubectl.ok("create rolebinding joe-binds --role=binder --user=joe");
        Eventually.is("joe may", () -> canI("create roles --as=joe").equals("yes"));
        String words = kubectl.fails("create role more --verb=get --resource=secrets --as=joe");
        assertTrue(
                words.contains("attempting to grant RBAC permissions not currently held"), words);
    }

    @Test
    void tokenOfAServiceAccountIsThatAccount() {
        String token = kubectl.ok("create token default").strip();
        assertEquals(3, List.of(token.split("\\.")).size());
        String user = "system:serviceaccount:" + kubectl.namespace() + ":default";
        RawApi anonymous = RawApi.anonymous(cluster);
        String path = "/api/v1/namespaces/" + kubectl.namespace() + "/configmaps";
        var request = anonymous.request(path).header("Authorization", "Bearer " + token).build();
        RawApi.Answer answer = anonymous.send(request);
        assertEquals(403, answer.status(), answer::toString);
        assertTrue(answer.message().contains("User \"" + user + "\""), answer::toString);
        kubectl.ok(
                "create rolebinding account-views --clusterrole=view --serviceaccount="
                        + kubectl.namespace()
                        + ":default");
        Eventually.is("the token may read", () -> anonymous.send(request).status() == 200);
    }

    @Test
    void tokenOfADeletedAccountIsWorthNothing() {
        kubectl.ok("create serviceaccount brief");
        String token = kubectl.ok("create token brief").strip();
        kubectl.ok("delete serviceaccount brief");
        RawApi anonymous = RawApi.anonymous(cluster);
        var request =
                anonymous
                        .request("/api/v1/namespaces")
                        .header("Authorization", "Bearer " + token)
                        .build();
        Eventually.is("it is refused", () -> anonymous.send(request).status() == 401);
    }

    @Test
    void deletedDefaultAccountComesBack() {
        String uid = kubectl.field("serviceaccount default", "/metadata/uid");
        kubectl.ok("delete serviceaccount default");
        Eventually.is(
                "a new one is there",
                () ->
                        kubectl.exists("serviceaccount default")
                                && !kubectl.field("serviceaccount default", "/metadata/uid")
                                        .equals(uid));
    }

    @Test
    void whoamiTellsTheUserAndGroups() {
        String words = kubectl.ok("auth whoami");
        assertTrue(words.contains("system:masters"), words);
        assertTrue(words.contains("system:authenticated"), words);
    }
}
