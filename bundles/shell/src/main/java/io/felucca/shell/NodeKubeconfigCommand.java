package io.felucca.shell;

import io.felucca.machinery.NameRules;
import io.felucca.pki.api.ClusterTrust;
import java.io.IOException;
import java.util.Dictionary;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.osgi.framework.BundleContext;
import org.osgi.framework.FrameworkUtil;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** Prints all that a new node needs to join: a kubeconfig with private keys, to be kept as such. */
@Service
@Command(
        scope = "felucca",
        name = "node-kubeconfig",
        description = "Prints a kubeconfig with which a new node joins; it holds private keys")
public final class NodeKubeconfigCommand implements Action {
    @Reference private Session session;

    @Reference private ConfigurationAdmin configurations;

    @Argument(index = 0, name = "name", description = "the node's name", required = true)
    private String name;

    @Argument(index = 1, name = "ip", description = "the node's own address", required = true)
    private String ip;

    @Override
    public Object execute() throws IOException {
        List<String> problems = NameRules.dnsSubdomain(name, false);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "\"" + name + "\" is no name for a node: " + problems.get(0));
        }
        Dictionary<String, Object> cluster =
                configurations.getConfiguration("io.felucca.cluster", null).getProperties();
        if (cluster == null) {
            throw new IllegalStateException("there is no configuration io.felucca.cluster");
        }
        ClusterTrust trust = trust();
        String user = "system:node:" + name;
        session.getConsole()
                .print(
                        NodeKubeconfig.text(
                                name,
                                ip,
                                key -> String.valueOf(cluster.get(key)),
                                trust.authorityPem(),
                                trust.issueClient(user, List.of("system:nodes")),
                                trust.issueServing(
                                        user,
                                        List.of(name, "localhost"),
                                        List.of(ip, "127.0.0.1"))));
        return null;
    }

    // Looked up, not referenced: with one reference unmet, Karaf takes all of a bundle's commands
    // away, and without felucca:swap nobody could put another pki in place of one that fails.
    private static ClusterTrust trust() {
        BundleContext context =
                FrameworkUtil.getBundle(NodeKubeconfigCommand.class).getBundleContext();
        ServiceReference<ClusterTrust> reference = context.getServiceReference(ClusterTrust.class);
        ClusterTrust trust = reference == null ? null : context.getService(reference);
        if (trust == null) {
            throw new IllegalStateException(
                    "the certificate authority is away; try again when pki is back");
        }
        return trust;
    }
}
