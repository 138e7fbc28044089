package io.felucca.client;

import io.felucca.apiserver.api.UserInfo;
import io.felucca.client.api.Clients;
import java.util.List;
import java.util.Map;
import org.osgi.framework.Bundle;

/**
 * In whose name a bundle acts.
 *
 * @param component who records events
 * @param manager who manages the fields that are written: the program which upstream has this part
 *     in, as users look for its name in {@code managedFields}
 */
record Identity(UserInfo user, String component, String manager) {
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";
    private static final String NODE = "system:node:";
    private static final String CONTROLLERS = "io.felucca.controller.";

    static Identity of(Bundle bundle, String nodeName) {
        String header = bundle.getHeaders("").get(Clients.IDENTITY_HEADER);
        return of(bundle.getSymbolicName(), header, nodeName);
    }

    /**
     * @param header the bundle's, or null
     */
    static Identity of(String bundle, String header, String nodeName) {
        if (header == null) {
            return named(
                    "system:bundle:" + bundle, List.of("system:bundles", UserInfo.AUTHENTICATED));
        }
        Identity identity = of(header.trim().replace("${node.name}", nodeName));
        return bundle.startsWith(CONTROLLERS)
                ? new Identity(identity.user, identity.component, "kube-controller-manager")
                : identity;
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
        UserInfo user = new UserInfo(name, "", groups, Map.of());
        String program =
                name.startsWith(NODE) ? "kubelet" : name.substring(name.lastIndexOf(':') + 1);
        // Upstream's scheduler records events under the name of its profile.
        String component = program.equals("kube-scheduler") ? "default-scheduler" : program;
        return new Identity(user, component, program);
    }
}
