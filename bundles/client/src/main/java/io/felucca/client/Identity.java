package io.felucca.client;

import io.felucca.apiserver.api.UserInfo;
import io.felucca.client.api.Clients;
import java.util.List;
import org.osgi.framework.Bundle;

/** In whose name a bundle acts. */
record Identity(UserInfo user, String component) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String NODE = "system:node:";

    /** From the bundle's header, or its symbolic name. */
    static Identity of(Bundle bundle, String nodeName) {
        String header = bundle.getHeaders("").get(Clients.IDENTITY_HEADER);
        return header == null
                ? named(
                        "system:bundle:" + bundle.getSymbolicName(),
                        List.of("system:bundles", UserInfo.AUTHENTICATED))
                : of(header.trim().replace("${node.name}", nodeName));
    }

    static Identity of(String name) {
        if (name.startsWith(SERVICE_ACCOUNT)) {
            String namespace =
                    name.substring(
                            SERVICE_ACCOUNT.length(), name.indexOf(':', SERVICE_ACCOUNT.length()));
            return named(
                    name,
                    List.of(
                            "system:serviceaccounts",
                            "system:serviceaccounts:" + namespace,
                            UserInfo.AUTHENTICATED));
        }
        return name.startsWith(NODE)
                ? named(name, List.of("system:nodes", UserInfo.AUTHENTICATED))
                : named(name, List.of(UserInfo.AUTHENTICATED));
    }

    private static Identity named(String name, List<String> groups) {
        UserInfo user = new UserInfo(name, "", groups, java.util.Map.of());
        String component =
                name.startsWith(NODE) ? "kubelet" : name.substring(name.lastIndexOf(':') + 1);
        return new Identity(
                user, component.startsWith("kube-") ? defaultName(component) : component);
    }

    /** Upstream's scheduler records events under the name of its profile. */
    private static String defaultName(String component) {
        return component.equals("kube-scheduler") ? "default-scheduler" : component;
    }
}
