package io.felucca.apiserver.aggregation;

import io.fabric8.kubernetes.api.model.APIService;
import io.fabric8.kubernetes.api.model.APIServiceSpec;
import io.fabric8.kubernetes.api.model.ServiceReference;
import java.util.Optional;

/**
 * The Service that an APIService names, with the trust in who answers there.
 *
 * @param caBundle base64 of PEM; empty for the system's authorities
 */
record ServiceRef(String namespace, String name, int port, String caBundle, boolean insecure) {
    private static final int HTTPS = 443;

    /** Empty for one that this server serves itself. */
    static Optional<ServiceRef> of(APIService apiService) {
        APIServiceSpec spec = apiService.getSpec();
        if (spec == null || spec.getService() == null) {
            return Optional.empty();
        }
        ServiceReference service = spec.getService();
        return Optional.of(
                new ServiceRef(
                        service.getNamespace(),
                        service.getName(),
                        service.getPort() == null ? HTTPS : service.getPort(),
                        spec.getCaBundle() == null ? "" : spec.getCaBundle(),
                        Boolean.TRUE.equals(spec.getInsecureSkipTLSVerify())));
    }

    /** The name that a certificate of the server has to be for. */
    String serverName() {
        return name + "." + namespace + ".svc";
    }

    @Override
    public String toString() {
        return namespace + "/" + name + ":" + port;
    }
}
