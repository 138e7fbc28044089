package io.felucca.apiserver.rest;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How what is behind a proxy is reached through this server: a page there links to {@code /x} and
 * means {@code prefix/x} here. Upstream's rules.
 *
 * @param prefix the path up to {@code /proxy}; empty where nothing is proxied
 */
record ProxyRoute(String prefix) {
    /** Nothing to rewrite. */
    static final ProxyRoute NONE = new ProxyRoute("");

    /** Attributes whose value is an address, with an address that starts at the root. */
    private static final Pattern LINK =
            Pattern.compile(
                    "(\\s(?:href|src|action|formaction|cite|background|poster|data|manifest|icon"
                            + "|longdesc|profile|codebase|usemap|classid)\\s*=\\s*)([\"'])"
                            + "(/(?!/)[^\"']*)\\2",
                    Pattern.CASE_INSENSITIVE);

    /**
     * @param rest of the path, which is not this server's
     */
    static ProxyRoute of(String rawPath, String rest) {
        String prefix = rawPath.substring(0, rawPath.length() - rest.length());
        // Where slashes are doubled, one of them is left.
        return new ProxyRoute(prefix.replaceAll("/+$", ""));
    }

    boolean isProxied() {
        return !prefix.isEmpty();
    }

    /**
     * A {@code Location} as the client has to follow it.
     *
     * @param target the host and port that gave it
     */
    String location(String location, String target) {
        URI uri;
        try {
            uri = URI.create(location);
        } catch (IllegalArgumentException e) {
            // What is no address of ours is the client's to make sense of.
            return location;
        }
        boolean isElsewhere =
                uri.getRawAuthority() != null && !uri.getRawAuthority().equals(target);
        if (isElsewhere || uri.getRawPath() == null || !uri.getRawPath().startsWith("/")) {
            return location;
        }
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String fragment = uri.getRawFragment() == null ? "" : "#" + uri.getRawFragment();
        return prefixed(uri.getRawPath()) + query + fragment;
    }

    /**
     * A page with its links as the client has to follow them, whatever its (ASCII-like) charset.
     */
    byte[] page(byte[] html) {
        Matcher links = LINK.matcher(new String(html, StandardCharsets.ISO_8859_1));
        return links.replaceAll(
                        link ->
                                Matcher.quoteReplacement(
                                        link.group(1)
                                                + link.group(2)
                                                + prefixed(link.group(3))
                                                + link.group(2)))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String prefixed(String path) {
        return path.startsWith(prefix) ? path : prefix + path;
    }
}
