package io.felucca.http;

import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** An HTTP/1 request's head. */
record H1Head(HttpRequest request, Target target) implements RequestHead {

    @Override
    public String method() {
        return request.method().name();
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
        return request.headers().get(name);
    }

    @Override
    public List<String> headers(String name) {
        return request.headers().getAll(name);
    }

    @Override
    public Set<String> headerNames() {
        return request.headers().names().stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String protocol() {
        return request.protocolVersion().text();
    }
}
