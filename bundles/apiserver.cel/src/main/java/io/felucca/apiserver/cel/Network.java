package io.felucca.apiserver.cel;

/** An address with the length of its network's prefix, such as {@code 10.0.0.1/8}. */
record Network(Address address, int prefix) {

    /**
     * @throws IllegalArgumentException if it is none
     */
    static Network parse(String text) {
        int slash = text.indexOf('/');
        if (slash > 0 && text.substring(slash + 1).matches("0|[1-9]\\d{0,2}")) {
            Address address = Address.parse(text.substring(0, slash));
            int prefix = Integer.parseInt(text.substring(slash + 1));
            if (prefix <= address.bits()) {
                return new Network(address, prefix);
            }
        }
        throw new IllegalArgumentException(
                "network address parse error during conversion from string: \"" + text + "\"");
    }

    boolean contains(Address other) {
        return other.bits() == address.bits()
                && other.masked(prefix).equals(address.masked(prefix));
    }

    boolean contains(Network other) {
        return other.prefix >= prefix && contains(other.address);
    }
}
