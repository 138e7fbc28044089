package io.felucca.apiserver;

import io.felucca.machinery.GroupResource;

/**
 * Where things lie in the store: objects at {@code /registry/<group or core>/<plural>/<namespace or
 * ->/<name>}, claims at {@code /claims/<claim>}.
 */
final class Keys {
    /** Objects and claims both start so; nothing else of the store's is looked at. */
    static final String ROOT = "/";

    static final String OBJECTS = "/registry/";
    static final String CLAIMS = "/claims/";
    private static final String CORE = "core";
    private static final String NO_NAMESPACE = "-";

    /** What an object's key says; the namespace is empty for what has none. */
    record ObjectKey(GroupResource resource, String namespace, String name) {}

    private Keys() {}

    static String object(GroupResource stored, String namespace, String name) {
        String group = stored.group().isEmpty() ? CORE : stored.group();
        String place = namespace.isEmpty() ? NO_NAMESPACE : namespace;
        return OBJECTS + group + '/' + stored.resource() + '/' + place + '/' + name;
    }

    static String claim(String claim) {
        return CLAIMS + claim;
    }

    /** Null for a key that is no object's. */
    static ObjectKey parse(String key) {
        int group = key.indexOf('/', OBJECTS.length());
        int resource = group < 0 ? -1 : key.indexOf('/', group + 1);
        int namespace = resource < 0 ? -1 : key.indexOf('/', resource + 1);
        if (namespace < 0) {
            return null;
        }
        String groupName = key.substring(OBJECTS.length(), group);
        String place = key.substring(resource + 1, namespace);
        return new ObjectKey(
                new GroupResource(
                        groupName.equals(CORE) ? "" : groupName,
                        key.substring(group + 1, resource)),
                place.equals(NO_NAMESPACE) ? "" : place,
                key.substring(namespace + 1));
    }
}
