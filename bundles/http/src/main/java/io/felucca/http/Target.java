package io.felucca.http;

/**
 * What a request line or {@code :path} asks for.
 *
 * @param path percent-encoded
 * @param query empty if there is none
 */
record Target(String path, String query) {

    /** Takes origin form, absolute form and {@code *}; null if it is none of these. */
    static Target parse(String uri) {
        String rest = uri;
        if (!rest.startsWith("/") && !rest.equals("*")) {
            int scheme = rest.indexOf("://");
            if (scheme <= 0) {
                return null;
            }
            rest = fromAuthority(rest.substring(scheme + 3));
        }
        int mark = rest.indexOf('?');
        return mark < 0
                ? new Target(rest, "")
                : new Target(rest.substring(0, mark), rest.substring(mark + 1));
    }

    private static String fromAuthority(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c == '/') {
                return rest.substring(i);
            }
            if (c == '?') {
                return "/" + rest.substring(i);
            }
        }
        return "/";
    }
}
