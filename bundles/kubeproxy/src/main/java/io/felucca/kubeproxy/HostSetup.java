package io.felucca.kubeproxy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What services need of the machine beside rules. */
final class HostSetup {
    private static final Logger LOG = LoggerFactory.getLogger(HostSetup.class);
    private static final Path LOOPBACK_ROUTING =
            Path.of("/proc/sys/net/ipv4/conf/all/route_localnet");

    private HostSetup() {}

    /** Lets node ports answer on loopback. The table, which keeps neighbours out, must be there. */
    static void routeLoopback() throws IOException {
        Files.write(LOOPBACK_ROUTING, "1\n".getBytes(StandardCharsets.US_ASCII));
    }

    /**
     * A packet must have some route before the rules see it, and a machine without a default route
     * has none to the services: then it gets one over the node's own link.
     */
    static void routeServices(Settings settings) throws IOException, InterruptedException {
        String network = settings.serviceCidr().substring(0, settings.serviceCidr().indexOf('/'));
        if (Command.run(List.of("ip", "-4", "route", "get", network)).code() == 0) {
            return;
        }
        NetworkInterface link =
                NetworkInterface.getByInetAddress(InetAddress.getByName(settings.nodeAddress()));
        if (link == null) {
            throw new IOException("no link has the node's address " + settings.nodeAddress());
        }
        Command.Outcome made =
                Command.run(
                        List.of(
                                "ip",
                                "-4",
                                "route",
                                "replace",
                                settings.serviceCidr(),
                                "dev",
                                link.getName(),
                                "src",
                                settings.nodeAddress()));
        if (made.code() != 0) {
            throw new IOException("ip route: " + made.text().strip());
        }
        LOG.info("{} is routed over {}", settings.serviceCidr(), link.getName());
    }
}
