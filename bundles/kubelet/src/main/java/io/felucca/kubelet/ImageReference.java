package io.felucca.kubelet;

import java.util.regex.Pattern;

/** An image's name, taken apart as far as the agent needs it. */
record ImageReference(String registry, String repository) {
    private static final Pattern VALID =
            Pattern.compile(
                    "(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?|\\[[0-9a-fA-F:]+])(?::[0-9]+)?/)?"
                        + "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
                        + "(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::[\\w][\\w.-]{0,127})?"
                        + "(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?");
    private static final String DOCKER_HUB = "docker.io";

    static boolean isValid(String image) {
        return VALID.matcher(image).matches();
    }

    static ImageReference parse(String image) {
        String name = image.replaceFirst("@.*$", "");
        int slash = name.indexOf('/');
        String first = slash < 0 ? "" : name.substring(0, slash);
        boolean host = first.contains(".") || first.contains(":") || first.equals("localhost");
        String repository = (host ? name.substring(slash + 1) : name).replaceFirst(":[^/:]*$", "");
        return new ImageReference(host ? first : DOCKER_HUB, repository);
    }

    /** Whether an entry of a docker configuration is for this image. */
    boolean matches(String entry) {
        String key = entry.replaceFirst("^https?://", "").replaceFirst("/(v1|v2)/?$", "");
        if (key.endsWith("/")) {
            key = key.substring(0, key.length() - 1);
        }
        if (key.equals("index.docker.io") || key.equals("registry-1.docker.io")) {
            key = DOCKER_HUB;
        }
        String whole = registry + "/" + repository;
        if (!key.startsWith("*.")) {
            return key.equals(registry) || whole.equals(key) || whole.startsWith(key + "/");
        }
        // The star stands for exactly one label.
        return registry.substring(registry.indexOf('.') + 1).equals(key.substring(2));
    }
}
