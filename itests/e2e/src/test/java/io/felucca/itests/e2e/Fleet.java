package io.felucca.itests.e2e;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** A custom resource as an operator's author writes it. */
@Group("harbour.example.com")
@Version("v1")
public final class Fleet extends CustomResource<Fleet.Spec, Fleet.State> implements Namespaced {
    private static final long serialVersionUID = 1L;

    /** What is wanted. */
    public static final class Spec {
        public int ships;
        public String home;
    }

    /** What is. */
    public static final class State {
        public int ships;
        public String selector;
        public long observedGeneration;
        public List<Condition> conditions = List.of();
    }
}
