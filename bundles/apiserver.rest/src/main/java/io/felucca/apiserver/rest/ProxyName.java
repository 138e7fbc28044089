package io.felucca.apiserver.rest;

import io.felucca.machinery.ApiException;
import java.util.OptionalInt;

/**
 * A name in a proxy's path: {@code name}, {@code name:port}, {@code scheme:name:port}.
 *
 * @param port a number or a port's name, or empty
 */
record ProxyName(boolean tls, String name, String port) {

    static ProxyName parse(String text) {
        String[] parts = text.split(":", -1);
        boolean scheme =
                parts.length == 3
                        && (parts[0].isEmpty()
                                || parts[0].equals("http")
                                || parts[0].equals("https"));
        if (scheme) {
            return new ProxyName(parts[0].equals("https"), parts[1], parts[2]);
        }
        if (parts.length > 2) {
            throw ApiException.badRequest("invalid proxy request \"" + text + "\"");
        }
        return new ProxyName(false, parts[0], parts.length == 2 ? parts[1] : "");
    }

    OptionalInt portNumber() {
        boolean number =
                !port.isEmpty() && port.length() <= 5 && port.chars().allMatch(Character::isDigit);
        return number ? OptionalInt.of(Integer.parseInt(port)) : OptionalInt.empty();
    }
}
