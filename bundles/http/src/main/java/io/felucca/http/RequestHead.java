package io.felucca.http;

import java.util.List;

/** A request's first part, whatever the protocol. Immutable in use, so it may be read anywhere. */
interface RequestHead {
    String method();

    /** Percent-encoded, without the query. */
    String rawPath();

    /** Without the question mark; empty if there is none. */
    String rawQuery();

    /** The first value, or null. */
    String header(String name);

    List<String> headers(String name);

    /** In lower case. */
    Iterable<String> headerNames();

    String protocol();

    default boolean isHead() {
        return method().equals("HEAD");
    }

    /** The declared length of the body, or -1. */
    default long contentLength() {
        String value = header("content-length");
        if (value == null) {
            return -1;
        }
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            // The codecs refuse a broken length; one that a number can't hold is as good as
            // unknown.
            return -1;
        }
    }

    default boolean expectsContinue() {
        return "100-continue".equalsIgnoreCase(header("expect"));
    }
}
