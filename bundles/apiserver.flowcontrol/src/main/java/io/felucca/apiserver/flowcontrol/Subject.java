package io.felucca.apiserver.flowcontrol;

import com.fasterxml.jackson.databind.JsonNode;
import io.felucca.apiserver.api.UserInfo;

/** Whom a rule is about: a user or a group by name, or all service accounts of a namespace. */
record Subject(Kind kind, String name) {
    private static final String ACCOUNT = "system:serviceaccount:";

    enum Kind {
        USER,
        GROUP,

        /** The name is what the names of all of them start with. */
        ACCOUNTS
    }

    static Subject read(JsonNode subject) {
        JsonNode account = subject.path("serviceAccount");
        String namespace = ACCOUNT + account.path("namespace").asText() + ":";
        String name = account.path("name").asText();
        return switch (subject.path("kind").asText()) {
            case "User" -> new Subject(Kind.USER, subject.path("user").path("name").asText());
            case "Group" -> new Subject(Kind.GROUP, subject.path("group").path("name").asText());
            default ->
                    name.equals("*")
                            ? new Subject(Kind.ACCOUNTS, namespace)
                            : new Subject(Kind.USER, namespace + name);
        };
    }

    boolean matches(UserInfo user) {
        return switch (kind) {
            case USER -> name.equals("*") || name.equals(user.name());
            case GROUP -> name.equals("*") || user.groups().contains(name);
            case ACCOUNTS -> user.name().startsWith(name);
        };
    }
}
