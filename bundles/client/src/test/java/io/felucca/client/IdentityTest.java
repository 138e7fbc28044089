package io.felucca.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IdentityTest {
    private static final String ACCOUNT = "system:serviceaccount:kube-system:";

    @Test
    void controllersAreAccountsThatWriteAsUpstreamsProgram() {
        Identity identity =
                Identity.of(
                        "io.felucca.controller.deployment", ACCOUNT + "deployment-controller", "n");
        assertEquals(ACCOUNT + "deployment-controller", identity.user().name());
        assertTrue(identity.user().groups().contains("system:serviceaccounts:kube-system"));
        assertEquals("deployment-controller", identity.component());
        assertEquals("kube-controller-manager", identity.manager());
    }

    @Test
    void theSchedulerRecordsEventsAsItsProfileAndWritesAsItself() {
        Identity identity = Identity.of("io.felucca.scheduler", "system:kube-scheduler", "n");
        assertEquals("default-scheduler", identity.component());
        assertEquals("kube-scheduler", identity.manager());
    }

    @Test
    void theNodesAgentIsANodeThatWritesAsKubelet() {
        Identity identity =
                Identity.of("io.felucca.kubelet", " system:node:${node.name} ", "harbour");
        assertEquals("system:node:harbour", identity.user().name());
        assertTrue(identity.user().groups().contains("system:nodes"));
        assertEquals("kubelet", identity.component());
        assertEquals("kubelet", identity.manager());
    }

    @Test
    void whatOthersWriteIsTheirs() {
        Identity greeter = Identity.of("io.felucca.greeter", ACCOUNT + "greeter", "n");
        assertEquals("greeter", greeter.manager());
        Identity nobody = Identity.of("org.example.part", null, "n");
        assertEquals("system:bundle:org.example.part", nobody.user().name());
        assertEquals("org.example.part", nobody.manager());
    }
}
