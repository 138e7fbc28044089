package io.felucca.apiserver.cel;

import static io.felucca.apiserver.cel.KubernetesFunctions.TEXT;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import dev.cel.common.types.SimpleType;
import io.felucca.apiserver.cel.Library.Parameter;
import java.util.function.Function;
import java.util.function.Predicate;

/** IP addresses and networks (CIDR). */
final class AddressFunctions {
    private static final CelType IP = OpaqueType.create("net.IP");
    private static final CelType CIDR = OpaqueType.create("net.CIDR");
    private static final Parameter ADDRESS = new Parameter(IP, Address.class);
    private static final Parameter NETWORK = new Parameter(CIDR, Network.class);

    private AddressFunctions() {}

    static void declare(Library library) {
        library.function(
                "ip", "string_to_ip", IP, arguments -> Address.parse((String) arguments[0]), TEXT);
        check(library, "isIP", "is_ip", Address::parse);
        library.function(
                "ip.isCanonical",
                "ip_is_canonical",
                SimpleType.BOOL,
                arguments -> Address.parse((String) arguments[0]).canonical().equals(arguments[0]),
                TEXT);
        library.member(
                "family",
                "ip_family",
                SimpleType.INT,
                arguments -> ((Address) arguments[0]).bits() == 32 ? 4L : 6L,
                ADDRESS);
        is(library, "isUnspecified", one -> one.address().isAnyLocalAddress());
        is(library, "isLoopback", one -> one.address().isLoopbackAddress());
        is(library, "isLinkLocalMulticast", one -> one.address().isMCLinkLocal());
        is(library, "isLinkLocalUnicast", one -> one.address().isLinkLocalAddress());
        is(library, "isGlobalUnicast", AddressFunctions::isGlobalUnicast);
        library.function(
                "string",
                "ip_to_string",
                SimpleType.STRING,
                arguments -> ((Address) arguments[0]).canonical(),
                ADDRESS);
        networks(library);
    }

    private static void networks(Library library) {
        library.function(
                "cidr",
                "string_to_cidr",
                CIDR,
                arguments -> Network.parse((String) arguments[0]),
                TEXT);
        check(library, "isCIDR", "is_cidr", Network::parse);
        library.member(
                "ip", "cidr_ip", IP, arguments -> ((Network) arguments[0]).address(), NETWORK);
        library.member(
                "prefixLength",
                "cidr_prefix_length",
                SimpleType.INT,
                arguments -> (long) ((Network) arguments[0]).prefix(),
                NETWORK);
        library.member(
                "masked",
                "cidr_masked",
                CIDR,
                arguments -> {
                    Network network = (Network) arguments[0];
                    return new Network(
                            network.address().masked(network.prefix()), network.prefix());
                },
                NETWORK);
        contains(library, "containsIP", "cidr_contains_ip", ADDRESS, Address.class::cast);
        contains(library, "containsIP", "cidr_contains_ip_string", TEXT, AddressFunctions::address);
        library.member(
                "containsCIDR",
                "cidr_contains_cidr",
                SimpleType.BOOL,
                arguments -> ((Network) arguments[0]).contains((Network) arguments[1]),
                NETWORK,
                NETWORK);
        library.member(
                "containsCIDR",
                "cidr_contains_cidr_string",
                SimpleType.BOOL,
                arguments ->
                        ((Network) arguments[0]).contains(Network.parse((String) arguments[1])),
                NETWORK,
                TEXT);
    }

    private static Address address(Object text) {
        return Address.parse((String) text);
    }

    private static void contains(
            Library library,
            String name,
            String id,
            Parameter parameter,
            Function<Object, Address> address) {
        library.member(
                name,
                id,
                SimpleType.BOOL,
                arguments -> ((Network) arguments[0]).contains(address.apply(arguments[1])),
                NETWORK,
                parameter);
    }

    private static void is(Library library, String name, Predicate<Address> test) {
        library.member(
                name,
                "ip_" + name,
                SimpleType.BOOL,
                arguments -> test.test((Address) arguments[0]),
                ADDRESS);
    }

    private static boolean isGlobalUnicast(Address one) {
        return !one.address().isAnyLocalAddress()
                && !one.address().isLoopbackAddress()
                && !one.address().isMulticastAddress()
                && !one.address().isLinkLocalAddress();
    }

    private static void check(
            Library library, String name, String id, Function<String, Object> parse) {
        library.function(
                name,
                id,
                SimpleType.BOOL,
                arguments -> {
                    try {
                        return parse.apply((String) arguments[0]) != null;
                    } catch (IllegalArgumentException e) {
                        return false;
                    }
                },
                TEXT);
    }
}
