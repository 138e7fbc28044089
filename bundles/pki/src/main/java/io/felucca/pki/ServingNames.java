package io.felucca.pki;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The names and addresses under which a server is called, as its certificate lists them. */
record ServingNames(List<String> dnsNames, List<String> ipAddresses) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final Pattern ADDRESS_CHARACTERS = Pattern.compile("[0-9a-fA-F:.]+");

    ServingNames {
        dnsNames = List.copyOf(new LinkedHashSet<>(dnsNames));
        ipAddresses = List.copyOf(canonical(ipAddresses));
    }

    /** All that the API server is called by: on the machine, in the network and in the cluster. */
    static ServingNames ofApiServer(
            String nodeName, String nodeIp, String serviceCidr, String clusterDomain) {
        return new ServingNames(
                List.of(
                        "localhost",
                        nodeName,
                        "kubernetes",
                        "kubernetes.default",
                        "kubernetes.default.svc",
                        "kubernetes.default.svc." + clusterDomain),
                List.of("127.0.0.1", nodeIp, firstAddress(serviceCidr)));
    }

    static ServingNames ofKubelet(String nodeName, String nodeIp) {
        return new ServingNames(List.of(nodeName, "localhost"), List.of(nodeIp, "127.0.0.1"));
    }

    /** Whether the certificate lists exactly these. */
    boolean match(X509Certificate certificate) {
        Set<String> names = new LinkedHashSet<>();
        Set<String> addresses = new LinkedHashSet<>();
        try {
            Collection<List<?>> listed = certificate.getSubjectAlternativeNames();
            if (listed == null) {
                return false;
            }
            for (List<?> entry : listed) {
                int type = (Integer) entry.get(0);
                if (type == DNS_NAME) {
                    names.add((String) entry.get(1));
                } else if (type == IP_ADDRESS) {
                    addresses.add((String) entry.get(1));
                }
            }
        } catch (CertificateParsingException e) {
            // A certificate whose names cannot be read is to be replaced like one with others.
            return false;
        }
        return names.equals(Set.copyOf(dnsNames)) && addresses.equals(Set.copyOf(ipAddresses));
    }

    /** The address after the network's own: that of the {@code kubernetes} Service. */
    static String firstAddress(String cidr) {
        int slash = cidr.indexOf('/');
        if (slash < 0) {
            throw new PkiException(
                    "service.cidr must be a network such as 10.96.0.0/12, not " + cidr);
        }
        byte[] network = parse(cidr.substring(0, slash)).getAddress();
        byte[] next = new BigInteger(1, network).add(BigInteger.ONE).toByteArray();
        byte[] address = new byte[network.length];
        int length = Math.min(next.length, address.length);
        System.arraycopy(next, next.length - length, address, address.length - length, length);
        try {
            return InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException e) {
            throw new PkiException("service.cidr has no first address: " + cidr, e);
        }
    }

    private static Set<String> canonical(List<String> addresses) {
        Set<String> all = new LinkedHashSet<>();
        for (String address : addresses) {
            all.add(parse(address).getHostAddress());
        }
        return all;
    }

    /** Refuses host names, which would be asked of DNS. */
    static InetAddress parse(String address) {
        if (!ADDRESS_CHARACTERS.matcher(address).matches()) {
            throw new PkiException("not an IP address: " + address);
        }
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new PkiException("not an IP address: " + address, e);
        }
    }
}
