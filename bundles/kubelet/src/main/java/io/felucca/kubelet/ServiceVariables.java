package io.felucca.kubelet;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.felucca.client.api.Lister;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The environment variables that name the Services a pod can reach. */
final class ServiceVariables {
    private ServiceVariables() {}

    /**
     * @param all whether the namespace's own Services are told too (enableServiceLinks); that of
     *     the API server is told always
     */
    static Map<String, String> of(Lister<Service> services, String namespace, boolean all) {
        Map<String, Service> byName = new LinkedHashMap<>();
        services.list("default").stream()
                .filter(service -> service.getMetadata().getName().equals("kubernetes"))
                .forEach(service -> byName.put("kubernetes", service));
        if (all) {
            services.list(namespace).forEach(one -> byName.put(one.getMetadata().getName(), one));
        }
        Map<String, String> variables = new LinkedHashMap<>();
        byName.values().stream()
                .filter(ServiceVariables::hasAddress)
                .forEach(service -> add(variables, service));
        return variables;
    }

    private static boolean hasAddress(Service service) {
        String ip = service.getSpec().getClusterIP();
        return ip != null && !ip.isEmpty() && !ip.equals("None");
    }

    private static void add(Map<String, String> variables, Service service) {
        List<ServicePort> ports = service.getSpec().getPorts();
        if (ports.isEmpty()) {
            return;
        }
        String prefix = upper(service.getMetadata().getName());
        String ip = service.getSpec().getClusterIP();
        variables.put(prefix + "_SERVICE_HOST", ip);
        variables.put(prefix + "_SERVICE_PORT", ports.get(0).getPort().toString());
        for (ServicePort port : ports) {
            if (port.getName() != null && !port.getName().isEmpty()) {
                variables.put(
                        prefix + "_SERVICE_PORT_" + upper(port.getName()),
                        port.getPort().toString());
            }
        }
        variables.put(prefix + "_PORT", url(ip, ports.get(0)));
        for (ServicePort port : ports) {
            String one = prefix + "_PORT_" + port.getPort() + "_" + upper(protocol(port));
            variables.put(one, url(ip, port));
            variables.put(one + "_PROTO", protocol(port));
            variables.put(one + "_PORT", port.getPort().toString());
            variables.put(one + "_ADDR", ip);
        }
    }

    private static String url(String ip, ServicePort port) {
        String host = ip.contains(":") ? "[" + ip + "]" : ip;
        return protocol(port) + "://" + host + ":" + port.getPort();
    }

    private static String protocol(ServicePort port) {
        String protocol = port.getProtocol();
        return protocol == null ? "tcp" : protocol.toLowerCase(Locale.ROOT);
    }

    private static String upper(String name) {
        return name.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
