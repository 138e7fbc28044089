package io.felucca.apiserver.auth;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.felucca.apiserver.api.BootstrapObjects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.osgi.service.component.annotations.Component;

/**
 * Upstream's default roles and bindings. At each start what they have lost comes back, unless their
 * annotation {@value #AUTO_UPDATE} says "false"; what users added stays.
 */
@Component
public final class BootstrapRoles implements BootstrapObjects {
    static final String AUTO_UPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private static final String FILE = "bootstrap-roles.txt";

    @Override
    public List<ObjectNode> objects() {
        try (InputStream in = BootstrapRoles.class.getResourceAsStream(FILE)) {
            return BootstrapFile.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(FILE + " could not be read", e);
        }
    }

    @Override
    public ObjectNode reconcile(ObjectNode existing, ObjectNode wanted) {
        boolean left =
                existing.path("metadata")
                        .path("annotations")
                        .path(AUTO_UPDATE)
                        .asText("")
                        .equals("false");
        return left ? existing : BootstrapObjects.addMissing(existing, wanted, "rules", "subjects");
    }
}
