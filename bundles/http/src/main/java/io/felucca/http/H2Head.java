package io.felucca.http;

import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** An HTTP/2 request's head. {@code :authority} is shown as {@code host}. */
record H2Head(Http2Headers fields, Target target) implements RequestHead {

    @Override
    public String method() {
        return fields.method().toString();
    }

    @Override
    public String rawPath() {
        return target.path();
    }

    @Override
    public String rawQuery() {
        return target.query();
    }

    @Override
    public String header(String name) {
        CharSequence value = fields.get(key(name));
        return value == null ? null : value.toString();
    }

    @Override
    public List<String> headers(String name) {
        return fields.getAll(key(name)).stream().map(CharSequence::toString).toList();
    }

    /** Pseudo-headers are out of a handler's reach, except for the host's. */
    private CharSequence key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.equals("host") && fields.authority() != null) {
            return Http2Headers.PseudoHeaderName.AUTHORITY.value();
        }
        return lower.startsWith(":") ? AsciiString.EMPTY_STRING : AsciiString.of(lower);
    }

    @Override
    public Set<String> headerNames() {
        Set<String> names = new LinkedHashSet<>();
        for (CharSequence name : fields.names()) {
            if (name.length() == 0 || name.charAt(0) != ':') {
                names.add(name.toString());
            }
        }
        if (fields.authority() != null) {
            names.add("host");
        }
        return names;
    }

    @Override
    public String protocol() {
        return "HTTP/2.0";
    }

    static boolean unknownExpectation(Http2Headers fields) {
        CharSequence expected = fields.get("expect");
        return expected != null && !AsciiString.contentEqualsIgnoreCase(expected, "100-continue");
    }
}
