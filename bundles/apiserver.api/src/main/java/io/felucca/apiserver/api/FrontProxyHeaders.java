package io.felucca.apiserver.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;

/** The headers by which a front proxy tells an API server who asks. Pure functions. */
public final class FrontProxyHeaders {
    private FrontProxyHeaders() {}

    /**
     * Names a user.
     *
     * @param add takes a header's name and one of its values, whose characters are the bytes that
     *     go over the wire
     */
    public static void of(UserInfo user, BiConsumer<String, String> add) {
        add.accept("X-Remote-User", bytes(user.name()));
        if (!user.uid().isEmpty()) {
            add.accept("X-Remote-Uid", bytes(user.uid()));
        }
        user.groups().forEach(group -> add.accept("X-Remote-Group", bytes(group)));
        user.extra().forEach((key, values) -> extra(key, values, add));
    }

    private static void extra(String key, List<String> values, BiConsumer<String, String> add) {
        String name = "X-Remote-Extra-" + escaped(key);
        values.forEach(value -> add.accept(name, bytes(value)));
    }

    private static String bytes(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    /** A header's name can't hold every character of a key; the rest is encoded. */
    private static String escaped(String key) {
        StringBuilder name = new StringBuilder();
        for (byte one : key.getBytes(StandardCharsets.UTF_8)) {
            boolean plain =
                    (one >= '0' && one <= '9')
                            || (one >= 'a' && one <= 'z')
                            || (one >= 'A' && one <= 'Z')
                            || "!#$&'*+-.^_`|~".indexOf(one) >= 0;
            name.append(plain ? Character.toString(one) : String.format("%%%02X", one));
        }
        return name.toString();
    }
}
