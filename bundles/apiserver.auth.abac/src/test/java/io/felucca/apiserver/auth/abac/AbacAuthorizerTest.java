package io.felucca.apiserver.auth.abac;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.felucca.apiserver.api.Authorizer.Attributes;
import io.felucca.apiserver.api.Authorizer.Verdict;
import io.felucca.apiserver.api.UserInfo;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AbacAuthorizerTest {
    private static final UserInfo ALICE = UserInfo.of("alice", "team");

    private static AbacAuthorizer policies(String... specs) {
        StringBuilder text = new StringBuilder("# policies\n");
        for (String spec : specs) {
            text.append(
                            "{\"apiVersion\":\"abac.authorization.kubernetes.io/v1beta1\","
                                    + "\"kind\":\"Policy\",\"spec\":{")
                    .append(spec.replace('\'', '"'))
                    .append("}}\n");
        }
        return new AbacAuthorizer(text.toString());
    }

    private static boolean may(
            AbacAuthorizer abac, UserInfo user, String verb, String resource, String namespace) {
        return abac.authorize(new Attributes(user, verb, "", "v1", resource, "", namespace, "", ""))
                        .verdict()
                == Verdict.ALLOW;
    }

    @Test
    void aPolicyAllowsWhatItNames() {
        AbacAuthorizer abac =
                policies(
                        "'user':'alice','namespace':'a','resource':'pods','apiGroup':'*',"
                                + "'readonly':true",
                        "'group':'ops','namespace':'*','resource':'*','apiGroup':'*'");
        assertTrue(may(abac, ALICE, "list", "pods", "a"));
        assertFalse(may(abac, ALICE, "create", "pods", "a"));
        assertFalse(may(abac, ALICE, "list", "pods", "b"));
        assertFalse(may(abac, ALICE, "list", "secrets", "a"));
        assertFalse(may(abac, UserInfo.of("bob"), "list", "pods", "a"));
        assertTrue(may(abac, UserInfo.of("bob", "ops"), "delete", "nodes", ""));
    }

    @Test
    void userAndGroupMustBothFitAndNobodyIsNobody() {
        String everything = ",'namespace':'*','resource':'*','apiGroup':'*'";
        AbacAuthorizer both = policies("'user':'alice','group':'ops'" + everything);
        assertFalse(may(both, ALICE, "get", "pods", "a"));
        assertTrue(may(both, UserInfo.of("alice", "ops"), "get", "pods", "a"));
        assertFalse(may(policies("'user':''" + everything), ALICE, "get", "pods", "a"));
        assertTrue(may(policies("'user':'*'" + everything), ALICE, "get", "pods", "a"));
    }

    @Test
    void pathsMatchWholeOrByTheirBeginning() {
        AbacAuthorizer abac = policies("'group':'team','nonResourcePath':'/version/*'");
        for (String path : List.of("/version/a", "/version/")) {
            assertEquals(
                    Verdict.ALLOW,
                    abac.authorize(new Attributes(ALICE, "get", "", "", "", "", "", "", path))
                            .verdict());
        }
        assertEquals(
                "No policy matched.",
                abac.authorize(new Attributes(ALICE, "get", "", "", "", "", "", "", "/metrics"))
                        .reason());
        assertFalse(may(abac, ALICE, "get", "pods", "a"));
    }

    @Test
    void rulesShowWhatHoldsInANamespace() {
        AbacAuthorizer abac =
                policies("'user':'alice','namespace':'a','resource':'pods','apiGroup':''");
        assertEquals(1, abac.rulesFor(ALICE, "a").size());
        assertTrue(abac.rulesFor(ALICE, "b").isEmpty());
        assertTrue(abac.rulesFor(UserInfo.of("bob"), "a").isEmpty());
    }

    @Test
    void aBrokenLineIsNamed() {
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new AbacAuthorizer("\n{\"user\":\"alice\"}"));
        assertTrue(refused.getMessage().startsWith("error reading policy file line 2"));
        assertThrows(IllegalArgumentException.class, () -> policies("'users':'alice'"));
    }
}
