package io.felucca.apiserver.admission.defaultclass;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Gives a new ingress that names no class the default one. Thread-safe. */
@Component(property = AdmissionPlugin.NAME + "=DefaultIngressClass")
public final class DefaultIngressClass implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("networking.k8s.io", "v1", "ingressclasses");

    private static final DefaultClass DEFAULT =
            new DefaultClass(
                    new GroupResource("networking.k8s.io", "ingresses"),
                    "ingressClassName",
                    "kubernetes.io/ingress.class",
                    CLASSES,
                    List.of("ingressclass.kubernetes.io/is-default-class"));

    @Override
    public void mutate(Request request) {
        DEFAULT.give(request);
    }
}
