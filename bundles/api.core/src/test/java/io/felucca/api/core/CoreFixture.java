package io.felucca.api.core;

import io.felucca.testing.ResourceFixture;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;

/** The core group with its default configuration at noon of a certain day. */
final class CoreFixture {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2030-01-01T12:00:00Z"), ZoneOffset.UTC);

    private CoreFixture() {}

    static CoreGroup group() {
        return new CoreGroup(CLOCK, configuration(CoreGroup.Config.class, Map.of()));
    }

    static ResourceFixture of(String kind) {
        return ResourceFixture.of(group(), kind);
    }

    /** A component property type with some values, and its defaults otherwise. */
    static <T> T configuration(Class<T> type, Map<String, Object> values) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                values.getOrDefault(method.getName(), method.getDefaultValue())));
    }
}
