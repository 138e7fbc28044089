package io.felucca.apiserver.admission.defaultclass;

import io.felucca.apiserver.api.AdmissionPlugin;
import io.felucca.machinery.GroupResource;
import io.felucca.machinery.GroupVersionResource;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/** Gives a new claim that names no storage class the default one. Thread-safe. */
@Component(property = AdmissionPlugin.NAME + "=DefaultStorageClass")
public final class DefaultStorageClass implements AdmissionPlugin {
    static final GroupVersionResource CLASSES =
            new GroupVersionResource("storage.k8s.io", "v1", "storageclasses");

    private static final DefaultClass DEFAULT =
            new DefaultClass(
                    new GroupResource("", "persistentvolumeclaims"),
                    "storageClassName",
                    "volume.beta.kubernetes.io/storage-class",
                    CLASSES,
                    List.of(
                            "storageclass.kubernetes.io/is-default-class",
                            "storageclass.beta.kubernetes.io/is-default-class"));

    @Override
    public void mutate(Request request) {
        DEFAULT.give(request);
    }
}
